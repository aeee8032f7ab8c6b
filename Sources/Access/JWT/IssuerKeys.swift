internal import Synchronization

/// Fetches an issuer's keys: the document of its `jwks_uri`, found by OpenID Connect Discovery. It bounds its length and its time.
public typealias IssuerKeyFetch = @Sendable (_ issuer: String) async throws -> JSONWebKeySet

/// The keys of the issuers that publish them: fetched when they are first needed, then every hour, and when a token names one that
/// is not there, once a minute at the most. While an issuer does not answer, the old ones count for a day.
final class IssuerKeys: Sendable {
  static let refreshSeconds = 3_600.0
  static let retrySeconds = 60.0
  static let keepSeconds = 86_400.0
  /// Most issuers that are remembered; a configuration has a few.
  static let maxIssuers = 1_000

  private struct Entry {
    var keys: JSONWebKeySet?
    var fetchedAt = -Double.infinity
    var triedAt = -Double.infinity
    var fetching: Task<Void, Never>?
  }

  private let entries = Mutex([String: Entry]())
  private let fetch: IssuerKeyFetch?
  private let now: @Sendable () -> Double

  init(fetch: IssuerKeyFetch?, now: @escaping @Sendable () -> Double) { (self.fetch, self.now) = (fetch, now) }

  /// A key of an issuer; nil if it has none of that id and algorithm.
  func key(of issuer: String, _ id: String, for algorithm: JSONWebToken.Algorithm) async throws(JWTProblem)
    -> VerificationKey?
  {
    let time = now()
    if let key = held(issuer, at: time)?.key(id, for: algorithm) {
      // What is old is renewed beside the answer.
      if isOld(issuer, at: time) { _ = refresh(issuer, at: time) }
      return key
    }
    if let task = refresh(issuer, at: time) { await task.value }
    guard let keys = held(issuer, at: now()) else { throw .keysUnavailable }
    return keys.key(id, for: algorithm)
  }

  private func held(_ issuer: String, at time: Double) -> JSONWebKeySet? {
    entries.withLock { entries in
      entries[issuer].flatMap { time - $0.fetchedAt < Self.keepSeconds ? $0.keys : nil }
    }
  }

  private func isOld(_ issuer: String, at time: Double) -> Bool {
    entries.withLock { ($0[issuer]?.fetchedAt ?? -.infinity) + Self.refreshSeconds < time }
  }

  /// The fetch that is under way, or a new one; nil if the last was just now.
  private func refresh(_ issuer: String, at time: Double) -> Task<Void, Never>? {
    guard let fetch else { return nil }
    return entries.withLock { entries in
      guard entries[issuer] != nil || entries.count < Self.maxIssuers else { return nil }
      var entry = entries[issuer] ?? Entry()
      if let fetching = entry.fetching { return fetching }
      guard time - entry.triedAt >= Self.retrySeconds else { return nil }
      entry.triedAt = time
      let task = Task { [self] in
        let keys = try? await fetch(issuer)
        finish(issuer, keys)
      }
      entry.fetching = task
      entries[issuer] = entry
      return task
    }
  }

  private func finish(_ issuer: String, _ keys: JSONWebKeySet?) {
    let time = now()
    entries.withLock { entries in
      entries[issuer]?.fetching = nil
      guard let keys else { return }
      entries[issuer]?.keys = keys
      entries[issuer]?.fetchedAt = time
    }
  }
}
