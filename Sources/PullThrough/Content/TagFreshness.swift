import OCI
import Store
import Upstream

/// What to do about a tag, given what is known of it and the time. Pure.
///
/// | known | age of the last confirmation | step |
/// |---|---|---|
/// | nothing | – | fetch |
/// | a digest | within the freshness window | serve |
/// | a digest, where nobody can be asked | any | serve |
/// | a digest | beyond it, or in the future (the clock was set back) | confirm by HEAD |
///
/// and when upstream is in trouble (never when it denies or does not know the tag, nor after it did), beyond the window
/// but within `maxStale`: serve, with a warning.
struct TagFreshness: Equatable {
  enum Step: Equatable {
    case serve(Digest)
    case confirm(Digest)
    case fetch
  }

  /// Seconds for which a confirmation is believed.
  var window: Int64
  /// Seconds after the last confirmation for which the answer may be served while upstream is in trouble.
  var maxStale: Int64

  /// Whether nobody can be asked: then what is known stands, whatever the clock says.
  private var isFinal = false

  /// Where upstream is never asked.
  static let offline: TagFreshness = {
    var freshness = TagFreshness(window: .zero, maxStale: .zero)
    freshness.isFinal = true
    return freshness
  }()

  init(window: Duration, maxStale: Duration) {
    self.window = window.components.seconds
    self.maxStale = maxStale.components.seconds
  }

  func step(for record: TagRecord?, now: Int64) -> Step {
    guard let record else { return .fetch }
    if isFinal { return .serve(record.digest) }
    return isFresh(checkedAt: record.checkedAt, now: now) ? .serve(record.digest) : .confirm(record.digest)
  }

  /// Whether what upstream confirmed then need not be asked for again yet.
  func isFresh(checkedAt: Int64, now: Int64) -> Bool {
    let age = now.saturatingDifference(checkedAt)
    return age >= 0 && age < window
  }

  /// The digest to serve although upstream could not confirm it.
  func staleAnswer(for record: TagRecord?, now: Int64) -> Digest? {
    guard let record, allowsStale(checkedAt: record.checkedAt, now: now) else { return nil }
    return record.digest
  }

  /// Whether what upstream last confirmed then may be served although it cannot confirm it now.
  func allowsStale(checkedAt: Int64, now: Int64) -> Bool {
    checkedAt != TagRecord.refused && now.saturatingDifference(checkedAt) <= max(window, maxStale)
  }
}

extension CurrentUpstreams {
  /// How long a repository's tags are believed.
  func freshness(of repository: Repository) -> TagFreshness {
    guard !isOffline else { return .offline }
    guard let settings = settings(of: repository) else { return TagFreshness(window: .zero, maxStale: .zero) }
    return TagFreshness(window: settings.tagFreshness, maxStale: settings.maxStale)
  }
}
