import OCI
import SeededRandom
import Testing

@testable import PullThrough

/// Whose turn it is.
@Suite struct FairQueueTests {
  private func client(_ address: UInt32, _ connection: UInt64 = 0) -> ClientKey {
    ClientKey(.ipv4(address), connection: connection)
  }

  private func drained(_ queue: inout FairQueue<Int>) -> [Int] {
    var order: [Int] = []
    while let job = queue.next() { order.append(job) }
    return order
  }

  @Test func addressesTakeTurns() {
    var queue = FairQueue<Int>()
    for job in 1...3 { queue.add(job, of: client(1)) }
    for job in 4...5 { queue.add(job, of: client(2)) }
    queue.add(6, of: client(3))
    #expect(queue.first == 1)
    #expect(drained(&queue) == [1, 4, 6, 2, 5, 3])
    #expect(queue.isEmpty)
  }

  @Test func connectionsOfAnAddressTakeTurnsWithinItsOwn() {
    var queue = FairQueue<Int>()
    for job in 1...3 { queue.add(job, of: client(1, 1)) }
    queue.add(4, of: client(1, 2))
    for job in 5...6 { queue.add(job, of: client(2, 3)) }
    #expect(drained(&queue) == [1, 5, 4, 6, 2, 3])
  }

  @Test func aConnectionsJobsGoInTheirOrderUnlessPutAtTheEnd() {
    var queue = FairQueue<Int>()
    for job in [4, 2, 3] { queue.add(job, of: client(1)) }
    queue.add(1, of: client(1), atEnd: true)
    #expect(drained(&queue) == [2, 3, 4, 1])
  }

  @Test func whatIsRemovedHasNoTurn() {
    var queue = FairQueue<Int>()
    for job in 1...2 { queue.add(job, of: client(1)) }
    queue.add(3, of: client(2))
    queue.remove(1, of: client(1))
    queue.remove(3, of: client(2))
    queue.remove(3, of: client(2))
    #expect(queue.count == 1)
    #expect(queue.first == 2)
    #expect(drained(&queue) == [2])
  }

  /// Many who come and go leave nothing behind that the next has to be looked for behind.
  @Test func thoseThatLeftAreForgotten() {
    var queue = FairQueue<Int>()
    queue.add(0, of: client(0))
    for job in 1...10_000 {
      let passing = client(UInt32(job % 500), UInt64(job))
      queue.add(job, of: passing)
      queue.remove(job, of: passing)
    }
    #expect(queue.count == 1)
    #expect(drained(&queue) == [0])
  }

  /// Against a plain list of who waits since when: nobody waits for more than one turn of each other address before each of
  /// its own that is due, whoever comes meanwhile.
  @Test(arguments: 1...20) func nobodyStarves(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var queue = FairQueue<Int>()
    var waiting: [Int: (client: ClientKey, turnsOfOthers: [ClientKey.Address: Int])] = [:]
    for job in 0..<3_000 {
      // One address asks for most.
      let address: UInt32 = Bool.random(using: &random) ? 0 : .random(in: 1...9, using: &random)
      let asking = client(address, .random(in: 0...3, using: &random))
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<6:
        queue.add(job, of: asking)
        waiting[job] = (asking, [:])
      case 6:
        if let (gone, state) = waiting.randomElement(using: &random) {
          queue.remove(gone, of: state.client)
          waiting[gone] = nil
        }
      default:
        guard let next = queue.next(), let served = waiting.removeValue(forKey: next) else {
          #expect(waiting.isEmpty)
          continue
        }
        expectFair(served, waiting)
        for other in waiting.keys { waiting[other]?.turnsOfOthers[served.client.address, default: 0] += 1 }
      }
      #expect(queue.count == waiting.count)
    }
  }

  private func expectFair(
    _ served: (client: ClientKey, turnsOfOthers: [ClientKey.Address: Int]),
    _ waiting: [Int: (client: ClientKey, turnsOfOthers: [ClientKey.Address: Int])]
  ) {
    let ownTurns = served.turnsOfOthers[served.client.address, default: 0] + 1
    for (address, turns) in served.turnsOfOthers where address != served.client.address {
      #expect(
        turns <= ownTurns,
        "\(address) was served \(turns) times while another waited through \(ownTurns) of its own"
      )
    }
  }
}
