import Foundation
import LMDB
import Testing

@Suite struct EnvironmentTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func open(_ change: (inout EnvironmentOptions) -> Void = { _ in }) throws -> (Environment, Table) {
    var options = EnvironmentOptions()
    options.mapBytes = 16 << 20
    change(&options)
    let environment = try Environment(openIn: directory.path, options)
    return (environment, try environment.openTables(["t"])[0])
  }

  @Test func recordsOutliveTheEnvironment() throws {
    var (environment, table) = try open()
    try environment.put(table, ["a": "1", "b": "2"])
    environment.close()
    (environment, table) = try open()
    #expect(try environment.all(table) == ["a=1", "b=2"])
  }

  @Test func aBodyThatThrowsLeavesNothing() throws {
    let (environment, table) = try open()
    try environment.put(table, ["a": "1"])
    #expect(throws: LMDBError(.put, code: 77)) {
      try environment.write { (transaction) throws(LMDBError) in
        try transaction.put(table, Array("a".utf8), Array("changed".utf8))
        try transaction.put(table, Array("b".utf8), Array("new".utf8))
        throw LMDBError(.put, code: 77)
      }
    }
    #expect(try environment.all(table) == ["a=1"])
    try environment.put(table, ["c": "3"])
    #expect(try environment.all(table) == ["a=1", "c=3"])
  }

  @Test func aWriterSeesItsOwnChangesAndReadersDoNot() throws {
    let (environment, table) = try open()
    try environment.write { (transaction) throws(LMDBError) in
      try transaction.put(table, [1], [2])
      let own = try transaction.reading.get(table, [1]) { Array($0) }
      let others = try environment.read { (reader) throws(LMDBError) in try reader.get(table, [1]) { Array($0) } }
      #expect(own == [2])
      #expect(others == nil)
    }
  }

  @Test func deletingSaysWhetherThereWasARecord() throws {
    let (environment, table) = try open()
    try environment.put(table, ["a": "1"])
    let (first, second) = try environment.write { (transaction) throws(LMDBError) in
      (try transaction.delete(table, Array("a".utf8)), try transaction.delete(table, Array("a".utf8)))
    }
    #expect(first)
    #expect(!second)
  }

  @Test func puttingIfAbsentKeepsTheOldRecord() throws {
    let (environment, table) = try open()
    let written = try environment.write { (transaction) throws(LMDBError) in
      let first = try transaction.putIfAbsent(table, [9], [1])
      return (first, try transaction.putIfAbsent(table, [9], [2]))
    }
    #expect(written == (true, false))
    #expect(try environment.read { (reader) throws(LMDBError) in try reader.get(table, [9]) { Array($0) } } == [1])
  }

  @Test(arguments: [0, 1, 511, 512]) func keysHaveALimit(length: Int) throws {
    let (environment, table) = try open()
    let key = [UInt8](repeating: 65, count: length)
    let write = {
      try environment.write { (transaction) throws(LMDBError) in try transaction.put(table, key, [1]) }
    }
    if (1...Environment.maxKeyBytes).contains(length) {
      try write()
    } else {
      let error = #expect(throws: LMDBError.self) { try write() }
      #expect(error?.reason == .keySize)
    }
  }

  @Test func oneDirectoryIsOpenOnceInAProcess() throws {
    let (environment, _) = try open()
    let error = #expect(throws: LMDBError.self) {
      _ = try Environment(openIn: directory.path + "/.")
    }
    #expect(error?.reason == .alreadyOpen)
    environment.close()
    _ = try open()
  }

  @Test func aFailedOpenGivesTheDirectoryBack() throws {
    let file = directory.path + "/data.mdb"
    try Data(repeating: 7, count: 8_192).write(to: URL(filePath: file))
    let error = #expect(throws: LMDBError.self) { _ = try open() }
    #expect(error?.reason == .corrupted)
    try FileManager.default.removeItem(atPath: file)
    _ = try open()
  }

  @Test func aClosedEnvironmentSaysSo() throws {
    let (environment, table) = try open()
    try environment.put(table, ["a": "1"])
    environment.close()
    environment.close()
    #expect(throws: LMDBError.self) { try environment.all(table) }
    let error = #expect(throws: LMDBError.self) { try environment.put(table, ["b": "1"]) }
    #expect(error?.reason == .closed)
    #expect(error?.description.contains("closed") == true)
  }

  @Test func aReadOnlyEnvironmentReadsAndRefusesToWrite() throws {
    let (environment, table) = try open()
    try environment.put(table, ["a": "1"])
    environment.close()
    let (again, same) = try open { $0.isReadOnly = true }
    #expect(try again.all(same) == ["a=1"])
    let error = #expect(throws: LMDBError.self) { try again.put(same, ["b": "1"]) }
    #expect(error?.reason == .readOnly)
  }
}
