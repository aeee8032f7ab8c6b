import Foundation
import OCI
import Testing

@testable import Store

@Suite struct ShardWalkTests {
  let fixture = TestStore()
  let store: Store

  init() throws { store = try fixture.open() }

  private func make(_ name: String) throws {
    let path = fixture.path + "/content/" + name
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent,
      withIntermediateDirectories: true
    )
    try Data().write(to: URL(filePath: path))
  }

  private func steps() throws -> [ShardWalk.Step] {
    var walk = ShardWalk(store.directory)
    var steps: [ShardWalk.Step] = []
    while let step = try walk.next() { steps.append(step) }
    return steps
  }

  @Test func aFullShardIsWalkedInSmallSteps() async throws {
    let digests = try (0..<150).map { number in
      try Digest(parsing: "sha256:ab" + String(repeating: "0", count: 59) + String(format: "%03x", number))
    }
    for digest in digests.shuffled() { try make(ShardPath(digest).relative) }
    let steps = try steps()
    #expect(steps.map(\.digests.count) == [64, 64, 22])
    #expect(steps.flatMap(\.digests) == digests)
    await store.close()
  }

  @Test func eachShardOfEachAlgorithmIsMet() async throws {
    let digests = DigestAlgorithm.allCases.flatMap { algorithm in
      ["a", "b", "c"].map { Digest.of($0.utf8, algorithm) }
    }
    for digest in digests { try make(ShardPath(digest).relative) }
    let found = try steps().flatMap(\.digests)
    #expect(Set(found) == Set(digests))
    #expect(found.count == digests.count)
    await store.close()
  }

  @Test func whatLiesElsewhereIsForeign() async throws {
    let digest = digest("a")
    let (shard, name) = (ShardPath(digest).shard, ShardPath(digest).file)
    let elsewhere = ["sha256/zz/\(name)", "sha512/\(shard)/\(name)", "sha256/\(shard)/README"]
    // Where a second level of shards once was.
    try make("sha256/\(shard)/\(name.dropFirst(2).prefix(2))/\(name)")
    for path in elsewhere { try make(path) }
    let steps = try steps()
    #expect(steps.flatMap(\.digests).isEmpty)
    #expect(Set(steps.flatMap(\.foreign)) == Set(elsewhere + ["sha256/\(shard)/\(name.dropFirst(2).prefix(2))"]))
    await store.close()
  }

  @Test func anEmptyShardIsAStepOfItsOwn() async throws {
    for shard in ["00", "7f", "ff"] {
      let path = fixture.path + "/content/sha256/" + shard
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    #expect(try steps() == [.init(), .init(), .init()])
    await store.close()
  }
}
