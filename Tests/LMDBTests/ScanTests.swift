import LMDB
import Testing

@Suite struct ScanTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let start: String
    let direction: ReadTransaction.Direction
    var limit = Int.max
    let expected: [String]
    var testDescription: String { "\(direction) from “\(start)”" }
  }

  @Test(arguments: [
    Case(start: "", direction: .ascending, expected: ["b=", "d=", "f="]),
    Case(start: "a", direction: .ascending, expected: ["b=", "d=", "f="]),
    Case(start: "b", direction: .ascending, expected: ["b=", "d=", "f="]),
    Case(start: "c", direction: .ascending, expected: ["d=", "f="]),
    Case(start: "c", direction: .ascending, limit: 1, expected: ["d="]),
    Case(start: "g", direction: .ascending, expected: []),
    Case(start: "", direction: .descending, expected: ["f=", "d=", "b="]),
    Case(start: "g", direction: .descending, expected: ["f=", "d=", "b="]),
    Case(start: "f", direction: .descending, expected: ["f=", "d=", "b="]),
    Case(start: "e", direction: .descending, expected: ["d=", "b="]),
    Case(start: "e", direction: .descending, limit: 1, expected: ["d="]),
    Case(start: "b", direction: .descending, expected: ["b="]),
    Case(start: "a", direction: .descending, expected: []),
  ]) func walks(_ scan: Case) throws {
    let directory = try TemporaryDirectory()
    let environment = try Environment(openIn: directory.path)
    let table = try environment.openTables(["t"])[0]
    try environment.put(table, ["b": "", "d": "", "f": ""])
    #expect(try environment.all(table, from: scan.start, scan.direction, limit: scan.limit) == scan.expected)
  }

  @Test func anEmptyTableShowsNothing() throws {
    let directory = try TemporaryDirectory()
    let environment = try Environment(openIn: directory.path)
    let table = try environment.openTables(["t"])[0]
    #expect(try environment.all(table).isEmpty)
    #expect(try environment.all(table, .descending).isEmpty)
    #expect(try environment.read { (transaction) throws(LMDBError) in try transaction.count(table) } == 0)
  }
}
