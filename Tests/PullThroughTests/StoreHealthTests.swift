import Store
import Testing

@testable import PullThrough

/// When operators are told that what is fetched is not kept.
@Suite struct StoreHealthTests {
  var machine = StoreHealth.StateMachine()
  private let full = StoreError.full(FileFailure(.write, .staging, code: 28))
  private let readOnly = StoreError.readOnly(FileFailure(.create, .staging, code: 30))

  @Test mutating func troubleIsToldOnce() {
    #expect(machine.refused(full) == .tellTrouble)
    #expect(machine.refused(full) == .none)
    #expect(machine.refused(readOnly) == .none)
    #expect(machine.trouble == readOnly)
    #expect(machine.kept() == .tellRecovery)
    #expect(machine.kept() == .none)
    #expect(machine.refused(readOnly) == .tellTrouble)
  }

  @Test mutating func contentThatIsTooLargeSaysNothingOfTheStore() {
    #expect(machine.refused(.doesNotFit(bytes: 2, capacity: 1)) == .none)
    #expect(machine.trouble == nil)
  }
}
