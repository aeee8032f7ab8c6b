import Synchronization

/// The process's one budget for bytes that are not in files: documents that are received and parsed, lists that are
/// rendered, answers that wait to leave.
///
/// Whoever is about to hold such bytes reserves them first, and holds the reservation for as long as the bytes: what nobody
/// has room for is refused before it is there, not killed by the kernel afterwards.
public final class MemoryBudget: Sendable {
  /// The bounds that it was made with.
  public let limits: MemoryLimits
  private let ledger: Mutex<MemoryLedger>

  /// Nothing is taken yet.
  public init(limits: MemoryLimits = MemoryLimits()) {
    self.limits = limits
    ledger = Mutex(MemoryLedger(limitBytes: limits.budgetBytes))
  }

  /// What is taken now, for operators.
  public var state: MemoryLedger { ledger.withLock { $0 } }

  /// Room for so many bytes.
  /// - Throws: ``MemoryUsedUp`` when there is not enough.
  public func reserve(_ bytes: Int) throws(MemoryUsedUp) -> MemoryReservation {
    guard ledger.withLock({ $0.take(bytes) }) else { throw MemoryUsedUp() }
    return MemoryReservation(max(0, bytes), of: self)
  }

  fileprivate func take(_ bytes: Int) -> Bool { ledger.withLock { $0.take(bytes) } }

  fileprivate func giveBack(_ bytes: Int) { ledger.withLock { $0.giveBack(bytes) } }
}

/// The budget for bytes that are not in files is used up: whoever asks is to come again shortly.
public struct MemoryUsedUp: Error, Sendable, Hashable {}

/// Room in the budget, given back when the last one who holds it lets go.
public final class MemoryReservation: Sendable {
  private let budget: MemoryBudget
  private let held: Mutex<Int>

  fileprivate init(_ bytes: Int, of budget: MemoryBudget) {
    self.budget = budget
    held = Mutex(bytes)
  }

  deinit { budget.giveBack(held.withLock { $0 }) }

  /// How much it holds.
  public var bytes: Int { held.withLock { $0 } }

  /// Holds so many bytes from now on, if it held fewer.
  /// - Throws: ``MemoryUsedUp`` when there is not enough; then it holds what it did.
  public func grow(to bytes: Int) throws(MemoryUsedUp) {
    try held.withLock { (held) throws(MemoryUsedUp) in
      guard bytes > held else { return }
      guard budget.take(bytes - held) else { throw MemoryUsedUp() }
      held = bytes
    }
  }

  /// Holds so many bytes from now on, if it held more.
  public func shrink(to bytes: Int) {
    held.withLock { held in
      guard bytes < held else { return }
      budget.giveBack(held - max(0, bytes))
      held = max(0, bytes)
    }
  }
}
