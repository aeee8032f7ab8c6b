import OCI
import Testing

@testable import Upstream

@Suite("What credential helpers have answered")
struct HelperMemoryTests {
  private let start = ContinuousClock.now
  private let request: HelperRequest
  private let first = Credential(.password(username: "u", Secret("first")))
  private let second = Credential(.password(username: "u", Secret("second")))

  init() throws {
    let name = try #require(CredentialHelperName(parsing: "pass"))
    request = HelperRequest(name, about: try #require(Origin(parsing: "https://r.example")))
  }

  private func memory(of credential: Credential?) -> HelperMemory {
    var memory = HelperMemory()
    memory.arrived(credential, for: request, lifetime: .seconds(300), now: start)
    return memory
  }

  @Test("An answer is used until its time is up; that there is none is an answer too")
  func lifetime() {
    #expect(HelperMemory().answer(to: request, now: start) == nil)
    for credential in [first, nil] {
      let memory = memory(of: credential)
      #expect(memory.answer(to: request, now: start + .seconds(299)) == .some(credential))
      #expect(memory.answer(to: request, now: start + .seconds(300)) == nil)
    }
  }

  @Test("What a registry does not take is dropped, whatever of its time is left; another answer stays")
  func refused() {
    var memory = memory(of: first)
    memory.rejected(second.id, now: start + .seconds(1))
    #expect(memory.answer(to: request, now: start + .seconds(1)) == .some(first))
    memory.rejected(first.id, now: start + .seconds(1))
    #expect(memory.answer(to: request, now: start + .seconds(1)) == nil)
  }

  @Test("A helper that says the same again is not run for each refusal")
  func refusedAgain() {
    var memory = memory(of: first)
    memory.rejected(first.id, now: start)
    memory.arrived(first, for: request, lifetime: .seconds(300), now: start + .seconds(1))
    memory.rejected(first.id, now: start + .seconds(2))
    #expect(memory.answer(to: request, now: start + .seconds(3)) == .some(first))
    #expect(memory.answer(to: request, now: start + HelperMemory.pauseAfterRefusal) == nil)
  }

  @Test("A helper that says something else is believed at once")
  func renewed() {
    var memory = memory(of: first)
    memory.rejected(first.id, now: start)
    memory.arrived(second, for: request, lifetime: .seconds(300), now: start + .seconds(1))
    #expect(memory.answer(to: request, now: start + .seconds(299)) == .some(second))
    memory.rejected(second.id, now: start + .seconds(2))
    #expect(memory.answer(to: request, now: start + .seconds(2)) == nil)
  }
}
