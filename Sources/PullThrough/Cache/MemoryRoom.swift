import Memory

/// Room in the memory budget for what somebody asks for. Lists that are merely remembered give way when there is none.
struct MemoryRoom: Sendable {
  let budget: MemoryBudget
  /// Forgets something that is merely remembered; false if there is nothing.
  let forgetOldest: @Sendable () -> Bool

  /// - Throws: ``PullThroughError/busy(_:)`` when nothing can give way.
  func reserve(_ bytes: Int) throws(PullThroughError) -> MemoryReservation {
    while true {
      if let reservation = try? budget.reserve(bytes) { return reservation }
      guard forgetOldest() else { throw .busy(.memory) }
    }
  }

  /// Does work that needs room which is known only when it is done.
  /// - Throws: as ``reserve(_:)``.
  func making<Value>(_ work: () async throws(MemoryUsedUp) -> Value) async throws(PullThroughError) -> Value {
    while true {
      do throws(MemoryUsedUp) {
        return try await work()
      } catch {
        guard forgetOldest() else { throw .busy(.memory) }
      }
    }
  }
}
