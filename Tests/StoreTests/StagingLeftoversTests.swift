import OCI
import Testing

@testable import Store

@Suite struct StagingLeftoversTests {
  @Test func namesAreReadBack() {
    for algorithm in DigestAlgorithm.allCases {
      for nonce in [0, 1, UInt64.max] {
        let name = StagingName(digest("x", algorithm), nonce: nonce)
        #expect(StagingName(parsing: name.text) == name)
        #expect(name.text.utf8.count <= 255)
      }
    }
  }

  @Test(arguments: [
    "", "-", "--", "sha256", "sha256-00-0000000000000000", "md5-\(digest("x").hex)-0000000000000000",
    "sha256-\(digest("x").hex)-0", "sha256-\(digest("x").hex)-000000000000000G",
    "sha256-\(digest("x").hex)-+000000000000001", "sha256-\(digest("x").hex)-000000000000000A",
    "sha256-\(digest("x").hex)-0000000000000000-", "../sha256-\(digest("x").hex)-0000000000000000",
  ]) func otherNamesAreForeign(text: String) {
    #expect(StagingName(parsing: text) == nil)
    var leftovers = StagingLeftovers(names: [text])
    #expect(leftovers.remaining.isEmpty)
    #expect(leftovers.takeForeign() == [text])
    #expect(leftovers.takeForeign().isEmpty)
  }

  @Test func aLeftoverIsTakenOnce() {
    let name = StagingName(digest("x"), nonce: 1)
    var leftovers = StagingLeftovers(names: [name.text])
    #expect(leftovers.take(digest("y")) == nil)
    #expect(leftovers.take(digest("x")) == name)
    #expect(leftovers.take(digest("x")) == nil)
    #expect(leftovers.takeForRemoval(name) == false, "a download has it")
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let found: [(text: String, nonce: UInt64, size: Int64, age: Int64)]
    let surplus: Set<UInt64>
  }

  @Test(arguments: [
    Case(testDescription: "nothing", found: [], surplus: []),
    Case(testDescription: "one of use", found: [("x", 1, 10, 0)], surplus: []),
    Case(testDescription: "empty", found: [("x", 1, 0, 0)], surplus: [1]),
    Case(testDescription: "a day old", found: [("x", 1, 10, 86_400)], surplus: []),
    Case(testDescription: "older", found: [("x", 1, 10, 86_401)], surplus: [1]),
    Case(testDescription: "from the future", found: [("x", 1, 10, -500)], surplus: []),
    Case(testDescription: "held already", found: [("held", 1, 10, 0)], surplus: [1]),
    Case(
      testDescription: "the longest stays",
      found: [("x", 1, 10, 0), ("x", 2, 30, 5), ("x", 3, 20, 0)],
      surplus: [1, 3]
    ),
    Case(testDescription: "of equals the first", found: [("x", 1, 10, 0), ("x", 2, 10, 0)], surplus: [2]),
    Case(testDescription: "a longer but older one", found: [("x", 1, 10, 0), ("x", 2, 30, 90_000)], surplus: [2]),
    Case(testDescription: "digests do not compete", found: [("x", 1, 10, 0), ("y", 2, 5, 0)], surplus: []),
  ]) func ofWhatIsFoundSomeIsSurplus(_ test: Case) {
    let now: Int64 = 1_000_000
    let found = test.found.map {
      StagingLeftovers.Found(name: StagingName(digest($0.text), nonce: $0.nonce), size: $0.size, modified: now - $0.age)
    }
    let surplus = StagingLeftovers.surplus(found, now: now) { $0 == digest("held") }
    #expect(Set(surplus.map(\.nonce)) == test.surplus)
  }
}
