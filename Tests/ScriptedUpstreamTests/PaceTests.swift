import NIOCore
import Testing

@testable import ScriptedUpstream

/// The throttle as a pure machine.
@Suite struct PaceTests {
  @Test(arguments: [Int64(1), 3, 199, 200, 1000, 50_000_000, 3_000_000_000])
  func itSendsNoFasterAndHardlySlower(_ bytesPerSecond: Int64) {
    let start: UInt64 = 12_345
    let pace = Pace(bytesPerSecond: bytesPerSecond, start: start)
    var now = start
    var position: Int64 = 0
    for _ in 0..<500 {
      let allowed = pace.allowance(position: position, now: now)
      if allowed > 0 {
        position += Int64(allowed)
      } else {
        let wait = pace.wait(position: position, now: now)
        #expect(wait > .zero)
        now += UInt64(wait.nanoseconds)
      }
      let seconds = Double(now - start) / 1e9
      #expect(Double(position) <= seconds * Double(bytesPerSecond) + 1)
    }
    let seconds = Double(now - start) / 1e9
    let quantum = max(1, Double(bytesPerSecond) / 200)
    #expect(Double(position) >= seconds * Double(bytesPerSecond) - quantum - 1)
    #expect(position > 0)
  }
}
