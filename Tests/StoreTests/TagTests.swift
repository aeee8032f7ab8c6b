import OCI
import Testing

@testable import Store

@Suite struct TagTests {
  let fixture = TestStore()
  let store: Store

  init() throws { store = try fixture.open { $0.maxTagMoves = 3 } }

  private func put(_ repository: Repository, _ tag: OCI.Tag, _ text: String, checkedAt: Int64 = 0) async throws {
    let record = TagRecord(digest: digest(text), fetchedAt: fixture.clock.now, checkedAt: checkedAt)
    try await store.write { (index) throws(StoreError) in try index.putTag(repository, tag, record) }
  }

  @Test func aTagIsKnownOnlyInItsRepository() async throws {
    try await put(repository("docker.io/library/alpine"), tag("3"), "x")
    #expect(try store.tag(repository("docker.io/library/alpine"), tag("3"))?.digest == digest("x"))
    #expect(try store.tag(repository("docker.io/library/alpine"), tag("30")) == nil)
    #expect(try store.tag(repository("quay.io/library/alpine"), tag("3")) == nil)
  }

  @Test func onlyMovesGoToTheHistory() async throws {
    let (alpine, latest) = (try repository("docker.io/library/alpine"), try tag("latest"))
    try await put(alpine, latest, "a")
    fixture.advance(10)
    try await put(alpine, latest, "a", checkedAt: 10)
    #expect(try store.history(alpine, latest).isEmpty, "confirming a tag does not move it")
    fixture.advance(10)
    try await put(alpine, latest, "b")
    #expect(
      try store.history(alpine, latest) == [TagMove(digest: digest("a"), fetchedAt: 1_010, replacedAt: 1_020)]
    )
    #expect(try store.history(alpine, tag("lates")).isEmpty)
  }

  @Test func theHistoryKeepsTheLatestMoves() async throws {
    let (alpine, latest) = (try repository("docker.io/library/alpine"), try tag("latest"))
    for text in ["a", "b", "c", "d", "e", "f"] { try await put(alpine, latest, text) }
    #expect(try store.history(alpine, latest).map(\.digest) == ["e", "d", "c"].map { digest($0) })
  }

  @Test func aRemovedTagIsRemembered() async throws {
    let (alpine, latest) = (try repository("docker.io/library/alpine"), try tag("latest"))
    try await put(alpine, latest, "a")
    let (first, second) = try await store.write { (index) throws(StoreError) in
      (try index.removeTag(alpine, latest), try index.removeTag(alpine, latest))
    }
    #expect(first)
    #expect(!second)
    #expect(try store.tag(alpine, latest) == nil)
    #expect(try store.history(alpine, latest).map(\.digest) == [digest("a")])
  }

  @Test func listsAreSortedAndPaged() async throws {
    let alpine = try repository("docker.io/library/alpine")
    let others = ["docker.io/library/alpin", "docker.io/library/alpine2", "docker.io/library/alpine/x"]
    for name in others { try await put(repository(name), tag("other"), "o") }
    let names = try (0..<2_500).map { try tag("v\($0)") }
    try await store.write { (index) throws(StoreError) in
      for tag in names {
        try index.putTag(alpine, tag, TagRecord(digest: digest("x"), fetchedAt: 0, checkedAt: 0))
      }
    }
    let sorted = names.sorted()
    #expect(try store.tags(in: alpine).map(\.0) == sorted)
    #expect(try store.tags(in: alpine, limit: 3).map(\.0) == Array(sorted.prefix(3)))
    #expect(try store.tags(in: alpine, after: sorted[9], limit: 2).map(\.0) == Array(sorted[10...11]))
    #expect(try store.tags(in: alpine, after: tag("v1zzz"), limit: 1).map(\.0) == [tag("v2")])
    #expect(try store.tags(in: alpine, after: sorted[2_499]).isEmpty)
    #expect(try store.tags(in: alpine, limit: 1_500).count == 1_500)
    #expect(try store.tags(in: alpine, limit: 0).isEmpty)
  }

  @Test func repositoriesAreThoseWithTags() async throws {
    let long = try Repository.longest()
    let names = [
      "docker.io/library/alpine", "docker.io/library/alpine-x", "docker.io/library/alpine/sub", "localhost:5000/a/b",
      "quay.io/a", long.description,
    ]
    for name in names.reversed() {
      for text in ["1", "2"] { try await put(repository(name), tag(text), text) }
    }
    #expect(try store.repositories().map(\.description) == names.sorted())
    #expect(try store.repositories(matching: "docker.io/").count == 3)
    #expect(try store.repositories(matching: "docker.io/library/alpine").count == 3)
    #expect(
      try store.repositories(matching: "docker.io/library/alpine/").map(\.name.description) == [
        "library/alpine/sub"
      ]
    )
    #expect(try store.repositories(matching: String(long.description.dropLast())) == [long])
    #expect(try store.repositories(matching: "nothing").isEmpty)
    #expect(try store.tags(in: long).map(\.0.description) == ["1", "2"])
  }
}
