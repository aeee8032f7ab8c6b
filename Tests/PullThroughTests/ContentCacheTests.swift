import NIOCore
import OCI
import Testing

@testable import PullThrough

/// What stays in memory, and what gives way.
@Suite struct ContentCacheTests {
  let app: Repository
  let other: Repository

  init() throws {
    let hub = try UpstreamName(parsing: "docker.io")
    app = Repository(upstream: hub, name: try RepositoryName(parsing: "library/app"))
    other = Repository(upstream: hub, name: try RepositoryName(parsing: "library/other"))
  }

  /// 1 KiB, and half as much that counts for each beside its bytes.
  private func content(_ number: UInt8) -> CachedContent {
    let bytes = ByteBuffer(repeating: number, count: 1 << 10)
    let digest = bytes.withUnsafeReadableBytes { Digest.of($0, .sha256) }
    return CachedContent(digest: digest, mediaType: .octetStream, bytes: bytes, visibleIn: app)
  }

  /// The numbers of those that are there, without using them.
  private func held(_ contents: ContentCache, of all: [CachedContent]) -> [Int] {
    all.indices.filter { contents.find(all[$0].digest, in: other) != nil }
  }

  private func filled(with all: [CachedContent], room: Int) -> ContentCache {
    let contents = ContentCache(maxBytes: room * 1_536)
    for content in all {
      content.show(to: other)
      contents.insert(content, visibleIn: app)
    }
    return contents
  }

  @Test func nothingGivesWayWhileThereIsRoom() {
    let all = (0..<4).map(content)
    #expect(held(filled(with: all, room: 4), of: all) == [0, 1, 2, 3])
  }

  @Test func whatWasNotUsedGivesWayFirst() throws {
    let all = (0..<7).map(content)
    let contents = filled(with: Array(all[..<5]), room: 4)
    // The first to come into a full ring took a lap: all but itself are unmarked now, and one is gone.
    let left = all[..<5].filter { contents.find($0.digest, in: app) != nil && $0.takeUsed() }
    #expect(left.count == 4)
    let used = try #require(left.first)
    _ = contents.find(used.digest, in: app)
    for content in all[5...] { contents.insert(content, visibleIn: app) }
    #expect(contents.find(used.digest, in: app) === used)
  }

  @Test func whatTheDiskHasNoLongerIsKeptAgainByOne() {
    let all = (0..<2).map(content)
    let contents = filled(with: all, room: 4)
    #expect(!all[0].isUnwritten)
    #expect(!all[0].takesTurnToWrite(at: 1_000))
    contents.noteRemoved([all[0].digest])
    #expect(all.map(\.isUnwritten) == [true, false])
    #expect(all[0].takesTurnToWrite(at: 1_000))
    #expect(!all[0].takesTurnToWrite(at: 1_000))
    #expect(!all[0].isUnwritten)
  }

  @Test func whatCouldNotBeKeptIsTriedAgainLater() {
    let content = content(1)
    content.writeLater(at: 1_000)
    #expect(content.isUnwritten)
    #expect(!content.takesTurnToWrite(at: 1_009))
    #expect(content.takesTurnToWrite(at: 1_010))
  }

  @Test func neverMoreThanItsBytes() {
    let all = (0..<200).map { content(UInt8($0)) }
    #expect(held(filled(with: all, room: 10), of: all).count == 10)
  }

  @Test func theLastToComeStaysHoweverLarge() {
    let one = content(1)
    let contents = ContentCache(maxBytes: 10)
    contents.insert(one, visibleIn: app)
    #expect(contents.find(one.digest, in: app) === one)
  }

  @Test func onlyRepositoriesThatIncludeItGetIt() {
    let one = content(1)
    let contents = ContentCache(maxBytes: 1 << 20)
    contents.insert(one, visibleIn: app)
    #expect(contents.find(one.digest, in: other) == nil)
    contents.insert(content(1), visibleIn: other)
    #expect(contents.find(one.digest, in: other) === one)
  }

  @Test(arguments: 0..<5) func removedFromAnyPlace(place: Int) {
    let all = (0..<5).map { content(UInt8($0)) }
    let contents = filled(with: all, room: 5)
    contents.remove(all[place].digest)
    contents.remove(all[place].digest)
    #expect(held(contents, of: all) == (0..<5).filter { $0 != place })
    contents.insert(all[place], visibleIn: app)
    #expect(held(contents, of: all) == [0, 1, 2, 3, 4])
  }
}
