import Testing

@testable import ScriptedUpstream

/// Gates, without anybody to walk through them.
@Suite struct GateTests {
  @Test func aReleaseComesBeforeOrAfter() {
    var gates = Gates()
    #expect(gates.wait(at: "a") {} != nil)
    #expect(gates.release("a", once: false).count == 1)
    #expect(gates.wait(at: "a") {} == nil)
    #expect(gates.wait(at: "b") {} != nil)
  }

  @Test func onceLeavesTheGateShut() {
    var gates = Gates()
    #expect(gates.release("a", once: true).isEmpty)
    #expect(gates.wait(at: "a") {} != nil)
    #expect(gates.release("a", once: true).count == 1)
    #expect(gates.release("a", once: true).isEmpty)
  }

  @Test func whoHasLeftIsNotCalled() throws {
    var gates = Gates()
    let ticket = try #require(gates.wait(at: "a") {})
    gates.cancel(ticket)
    #expect(gates.release("a", once: false).isEmpty)
  }

  @Test func aResetLetsGoAndShuts() {
    var gates = Gates()
    #expect(gates.wait(at: "a") {} != nil)
    #expect(gates.release("b", once: false).isEmpty)
    #expect(gates.reset().count == 1)
    #expect(gates.wait(at: "b") {} != nil)
  }
}
