import OCI

extension TokenCache {
  /// Which tokens are held, which are being fetched, and who waits for them. Pure; the time is passed in.
  ///
  /// | state of a key | asked | arrived | failed | rejected by the registry |
  /// |---|---|---|---|---|
  /// | absent | fetch, wait → fetching | – | – | – |
  /// | fetching | wait | → held | → absent | – |
  /// | held, fresh | use | – | – | → absent |
  /// | held, ageing | use, fetch → renewing | – | – | → absent |
  /// | renewing | use | → held | → held, left alone for a while | → fetching |
  /// | held or renewing, expired | as absent or fetching | | | |
  struct StateMachine {
    typealias Instant = ContinuousClock.Instant
    typealias WaiterID = UInt64

    /// What whoever asks is to do.
    enum Step: Equatable {
      /// Show this token.
      case use(Secret)
      /// Show this token, and see to it that a new one is fetched.
      case useAndFetch(Secret)
      /// Wait, and see to it that a token is fetched.
      case fetchAndWait
      /// Wait: it is being fetched.
      case wait
    }

    private struct Held {
      var token: Secret
      var refreshAt: Instant
      var expiry: Instant
    }

    private struct Entry {
      var held: Held?
      var isFetching = false
      var waiters: [WaiterID] = []
    }

    /// After a failed renewal the token in hand is used for so long before the service is asked again.
    static let pauseAfterFailure: Duration = .seconds(10)

    private let capacity: Int
    private var entries: [TokenKey: Entry] = [:]

    init(capacity: Int) { self.capacity = max(capacity, 1) }

    /// Somebody wants to show a token for `key`.
    mutating func ask(_ key: TokenKey, _ waiter: WaiterID, now: Instant) -> Step {
      if entries[key] == nil { makeRoom(now: now) }
      var entry = entries[key] ?? Entry()
      defer { entries[key] = entry }
      if let held = entry.held, now < held.expiry {
        guard now >= held.refreshAt, !entry.isFetching else { return .use(held.token) }
        entry.isFetching = true
        return .useAndFetch(held.token)
      }
      entry.held = nil
      entry.waiters.append(waiter)
      if entry.isFetching { return .wait }
      entry.isFetching = true
      return .fetchAndWait
    }

    /// The service has answered.
    ///
    /// - Returns: who waits for it.
    mutating func arrived(_ key: TokenKey, _ grant: TokenGrant, now: Instant) -> [WaiterID] {
      let life = grant.lifetime
      let refreshAt = now + min(life * 4 / 5, life - .seconds(10))
      let waiters = entries[key]?.waiters ?? []
      entries[key] = Entry(held: Held(token: grant.token, refreshAt: refreshAt, expiry: now + life))
      return waiters
    }

    /// The service could not be asked, or refused. A failure is not remembered: the next one asks again.
    ///
    /// - Returns: who waits for it.
    mutating func failed(_ key: TokenKey, now: Instant) -> [WaiterID] {
      guard var entry = entries.removeValue(forKey: key) else { return [] }
      let waiters = entry.waiters
      if var held = entry.held, now < held.expiry {
        held.refreshAt = now + Self.pauseAfterFailure
        entry = Entry(held: held)
        entries[key] = entry
      }
      return waiters
    }

    /// The registry did not take `token`. Only that one is dropped: a newer one may have come meanwhile.
    mutating func rejected(_ key: TokenKey, _ token: Secret) {
      guard var entry = entries[key], entry.held?.token == token else { return }
      entry.held = nil
      entries[key] = entry.isFetching ? entry : nil
    }

    /// Somebody does not want to wait any more.
    ///
    /// - Returns: whether they were waiting.
    mutating func left(_ key: TokenKey, _ waiter: WaiterID) -> Bool {
      guard let place = entries[key]?.waiters.firstIndex(of: waiter) else { return false }
      entries[key]?.waiters.remove(at: place)
      return true
    }

    /// Keeps the number of tokens bounded: expired ones go first, then the one that ends soonest.
    private mutating func makeRoom(now: Instant) {
      guard entries.count >= capacity else { return }
      entries = entries.filter { $0.value.isFetching || $0.value.held.map { now < $0.expiry } ?? false }
      guard entries.count >= capacity else { return }
      let settled = entries.lazy.compactMap { key, entry in
        entry.isFetching ? nil : entry.held.map { (key: key, expiry: $0.expiry) }
      }
      if let soonest = settled.min(by: { $0.expiry < $1.expiry }) { entries[soonest.key] = nil }
    }
  }
}
