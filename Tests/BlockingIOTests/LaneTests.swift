import Dispatch
import Synchronization
import Testing

@testable import BlockingIO

@Suite("Lanes")
struct LaneTests {
  private struct Refused: Error, Equatable {}

  /// Keeps a lane's thread until it is let go.
  private final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    func pass() { semaphore.wait() }
    func open() { semaphore.signal() }
  }

  @Test("Work runs in the order in which it was handed over")
  func order() async {
    let lane = Lane(label: "test")
    let seen = Mutex<[Int]>([])
    let gate = Gate()
    lane.enqueue { gate.pass() }
    for number in 1...100 { lane.enqueue { seen.withLock { $0.append(number) } } }
    gate.open()
    let last = await lane.run { seen.withLock { $0 } }
    #expect(last == Array(1...100))
  }

  @Test("What work throws reaches who waits for it, with its type")
  func failure() async {
    let lane = Lane(label: "test")
    await #expect(throws: Refused()) { try await lane.run { () throws(Refused) -> Int in throw Refused() } }
    let value = await lane.run { 7 }
    #expect(value == 7)
  }

  @Test("A lane whose work does not end is stuck; one that is idle is not")
  func stuck() async {
    let lane = Lane(label: "test")
    #expect(!lane.isStuck(for: .zero))
    let (gate, started) = (Gate(), Gate())
    lane.enqueue {
      started.open()
      gate.pass()
    }
    await withCheckedContinuation { continuation in
      DispatchQueue(label: "waits").async {
        started.pass()
        continuation.resume()
      }
    }
    #expect(lane.isStuck(for: .zero))
    #expect(!lane.isStuck(for: .seconds(3_600)))
    gate.open()
    await lane.run {}
  }

  @Test("As many jobs of a pool block at once as it has lanes, and none waits for another")
  func pool() async {
    let pool = LanePool(count: 3)
    let gates = (0..<2).map { _ in Gate() }
    for gate in gates { pool.enqueue { gate.pass() } }
    let value = await pool.run { "the third lane" }
    #expect(value == "the third lane")
    for gate in gates { gate.open() }
  }

  @Test("A pool has a lane at the least")
  func smallest() async {
    let value = await LanePool(count: -1).run { 1 }
    #expect(value == 1)
  }
}
