/// Checks that run or wait, each with those who want to know its result: the same password is checked once for all who show it.
struct PendingChecks {
  typealias Waiter = CheckedContinuation<CheckResult, Never>

  /// What a check came to.
  enum CheckResult: Sendable {
    case right(Identity)
    case wrong
    /// It was not made.
    case notMade
  }

  /// Most who wait for any of them.
  static let maxWaiters = 4_096

  private var waiters: [[UInt8]: [Waiter]] = [:]
  private var count = 0

  /// Whether such a check is under way, so that another one waits for its result.
  func contains(_ key: [UInt8]) -> Bool { waiters[key] != nil }

  /// - Returns: false if too many wait.
  mutating func add(_ waiter: Waiter, to key: [UInt8]) -> Bool {
    guard count < Self.maxWaiters else { return false }
    waiters[key, default: []].append(waiter)
    count += 1
    return true
  }

  /// Those who wait for a check that has ended.
  mutating func take(_ key: [UInt8]) -> [Waiter] {
    let taken = waiters.removeValue(forKey: key) ?? []
    count -= taken.count
    return taken
  }
}
