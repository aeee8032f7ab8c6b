/// Which requests are meant, when some are waited for or looked up. Every field that is not nil must agree.
public struct RequestFilter: Sendable, Equatable {
  /// How far a request must have come.
  public enum Stage: String, Sendable, CaseIterable {
    /// It has arrived.
    case started
    /// A rule has held it.
    case held
    /// A rule has stalled it.
    case stalled
    /// Its answer is over, one way or another.
    case finished
  }

  /// Any of these kinds.
  public var kinds: Set<RequestKind>?
  /// The listener.
  public var origin: Origin?
  /// A pattern for the repository; see `Pattern`.
  public var repository: String?
  /// A pattern for the tag or digest.
  public var reference: String?
  /// The status answered.
  public var status: Int?
  /// How far it must have come.
  public var stage: Stage

  /// Requests of the kinds given (all, for nil) that have come as far as `stage`.
  public init(
    _ kinds: Set<RequestKind>? = nil,
    origin: Origin? = nil,
    repository: String? = nil,
    reference: String? = nil,
    status: Int? = nil,
    stage: Stage = .started
  ) {
    self.kinds = kinds
    self.origin = origin
    self.repository = repository
    self.reference = reference
    self.status = status
    self.stage = stage
  }

  /// Whether the request is meant and has come far enough.
  public func matches(_ record: RequestRecord) -> Bool {
    let hasStage =
      switch stage {
      case .started: true
      case .held: record.wasHeld
      case .stalled: record.wasStalled
      case .finished: record.outcome != .inProgress
      }
    return hasStage && (kinds?.contains(record.kind) ?? true) && (origin ?? record.origin) == record.origin
      && (status ?? record.status) == record.status && Pattern.matches(repository, record.repository)
      && Pattern.matches(reference, record.reference)
  }
}

/// Names with `*` for any run of characters, slashes included.
enum Pattern {
  /// Whether `text` is of the form of `pattern`; nil allows everything.
  static func matches(_ pattern: String?, _ text: String) -> Bool {
    guard let pattern, pattern != "*" else { return true }
    guard pattern.utf8.contains(UInt8(ascii: "*")) else { return pattern == text }
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard text.hasPrefix(parts[0]) else { return false }
    var rest = text.dropFirst(parts[0].count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let found = rest.firstRange(of: part) else { return false }
      rest = rest[found.upperBound...]
    }
    return rest.hasSuffix(parts[parts.count - 1])
  }
}
