import Dispatch
import LMDB
import Synchronization
import Testing

@Suite struct MapGrowthTests {
  let directory: TemporaryDirectory
  let environment: Environment
  let table: Table

  init() throws {
    directory = try TemporaryDirectory()
    var options = EnvironmentOptions()
    options.mapBytes = 256 << 10
    options.maxMapBytes = 64 << 20
    environment = try Environment(openIn: directory.path, options)
    table = try environment.openTables(["t"])[0]
  }

  private func fill(_ round: Int, records: Int = 32) throws(LMDBError) {
    try environment.write { (transaction) throws(LMDBError) in
      for number in 0..<records {
        try transaction.put(table, Array("\(round)-\(number)".utf8), [UInt8](repeating: 1, count: 1_500))
      }
    }
  }

  @Test func aFullMapRefusesThenGrowsAndTakesItAll() throws {
    var grown = 0
    for round in 0..<40 {
      do throws(LMDBError) { try fill(round) } catch {
        #expect(error.reason == .mapFull)
        try environment.growMap()
        grown += 1
        try fill(round)
      }
    }
    #expect(grown >= 3)
    #expect(try environment.read { (reader) throws(LMDBError) in try reader.count(table) } == 40 * 32)
  }

  @Test func usageTellsWhenToGrow() throws {
    #expect(try !environment.usage().isNearlyFull)
    var round = 0
    while try !environment.usage().isNearlyFull {
      try fill(round, records: 2)
      round += 1
    }
    let before = try environment.usage()
    #expect(before.usedBytes <= before.mapBytes)
    #expect(try environment.growMap() == before.mapBytes * 2)
    #expect(try !environment.usage().isNearlyFull)
  }

  @Test func growthEndsAtItsLimit() throws {
    for expected in [512 << 10, 1 << 20, 2 << 20, 4 << 20, 8 << 20, 16 << 20, 32 << 20, 64 << 20] {
      #expect(try environment.growMap() == expected)
    }
    let error = #expect(throws: LMDBError.self) { try environment.growMap() }
    #expect(error?.reason == .mapFull)
  }

  @Test func readersOnOtherThreadsNeverSeeTheMapMove() throws {
    try fill(0)
    let failures = Mutex<[String]>([])
    // Three threads read without pause while the fourth grows the map eight times.
    DispatchQueue.concurrentPerform(iterations: 4) { [environment, table] thread in
      do throws(LMDBError) {
        if thread == 0 {
          for _ in 0..<8 { try environment.growMap() }
        } else {
          for _ in 0..<3_000 {
            let sum = try environment.read { (reader) throws(LMDBError) in
              try reader.get(table, Array("0-\(thread)".utf8)) { $0.reduce(0) { $0 + Int($1) } }
            }
            if sum != 1_500 { failures.withLock { $0.append("read \(sum ?? -1)") } }
          }
        }
      } catch { failures.withLock { $0.append("\(error)") } }
    }
    #expect(failures.withLock { $0 }.isEmpty)
  }

  @Test func readersAboveTheLimitWaitForTheirTurn() throws {
    let directory = try TemporaryDirectory()
    var options = EnvironmentOptions()
    options.maxReaders = 4
    let environment = try Environment(openIn: directory.path, options)
    let table = try environment.openTables(["t"])[0]
    try environment.put(table, ["a": "1"])
    let running = Atomic(0)
    let most = Atomic(0)
    let threads = DispatchGroup()
    for number in 0..<16 {
      DispatchQueue(label: "reader-\(number)").async(group: threads) {
        for _ in 0..<200 {
          _ = try? environment.read { (reader) throws(LMDBError) in
            let now = running.add(1, ordering: .relaxed).newValue
            most.max(now, ordering: .relaxed)
            defer { running.subtract(1, ordering: .relaxed) }
            return try reader.get(table, Array("a".utf8)) { $0.count }
          }
        }
      }
    }
    threads.wait()
    #expect(most.load(ordering: .relaxed) <= 2)
    #expect(try environment.usage().readers <= 4)
  }

  @Test func closingWaitsForReadersAndFreesTheirSlots() throws {
    try fill(0)
    #expect(try environment.usage().readers <= 1)
    #expect(try environment.clearStaleReaders() == 0)
    environment.close()
    #expect(throws: LMDBError.self) { try environment.usage() }
  }
}
