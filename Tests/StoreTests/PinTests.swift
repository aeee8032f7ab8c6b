import OCI
import Testing

@testable import Store

@Suite struct PinTests {
  let fixture = TestStore()
  let store: Store

  init() throws {
    store = try fixture.open { options in
      options.capacity.bound = .bytes(1_000)
      options.capacity.highWater = 1
      options.capacity.keepFree = .bytes(0)
    }
  }

  private func key(_ text: String) throws -> PinKey { try #require(PinKey(text)) }

  private func keep(_ text: String, _ size: Int = 100) async throws -> Digest {
    fixture.advance(10)
    return try await store.keep(Array(text.utf8) + [UInt8](repeating: 0, count: size - text.utf8.count))
  }

  @Test(arguments: ["", " ", "a b", "a\n", "\u{7F}", String(repeating: "a", count: 1_025)])
  func someTextsAreNoKeys(text: String) {
    #expect(PinKey(text) == nil)
  }

  @Test func pinnedContentIsNotEvicted() async throws {
    let (first, second) = (try await keep("a"), try await keep("b"))
    try await store.pin(key("docker.io/library/alpine:3"), [first: 100])
    #expect(try store.isPinned(first))
    #expect(try await store.evict(.max) == 100)
    #expect(try store.content(first) != nil)
    #expect(try store.content(second) == nil)
    try await store.unpin(key("docker.io/library/alpine:3"))
    #expect(try await store.evict(.max) == 100)
    #expect(try store.content(first) == nil)
  }

  @Test func pinnedContentStaysPinnedWhenServedAndKeptAgain() async throws {
    let pinned = try await keep("a")
    try await store.pin(key("p"), [pinned: 100])
    fixture.advance(10)
    store.recordAccess(pinned)
    await store.flushAccessTimes()
    #expect(try store.content(pinned)?.lastAccess == 1_020)
    _ = try await keep("a")
    #expect(try await store.evict(.max) == 0)
    #expect(try store.content(pinned) != nil)
  }

  @Test func contentMayBePinnedBeforeItIsHeld() async throws {
    let bytes = Array("later".utf8)
    try await store.pin(key("p"), [.of(bytes): 5])
    #expect(store.usage.pinnedBytes == 5)
    try await store.keep(bytes)
    #expect(try await store.evict(.max) == 0)
    #expect(try store.bytes(of: .of(bytes)) == bytes)
  }

  @Test func sharedContentIsFreedWithItsLastPin() async throws {
    let shared = try await keep("shared")
    try await store.pin(key("a"), [shared: 100])
    try await store.pin(key("b"), [shared: 100])
    #expect(store.usage.pinnedBytes == 100, "counted once")
    #expect(try await store.unpin(key("a")))
    #expect(try await store.evict(.max) == 0)
    #expect(try await store.unpin(key("b")))
    #expect(try await !store.unpin(key("b")))
    #expect(store.usage.pinnedBytes == 0)
    #expect(try await store.evict(.max) == 100)
  }

  @Test func pinningAnewReplaces() async throws {
    let (old, both, new) = (try await keep("old"), try await keep("both"), try await keep("new"))
    try await store.pin(key("a"), [old: 100, both: 100])
    try await store.pin(key("a"), [both: 100, new: 100])
    #expect(try store.contents(of: key("a")) == [both, new].sorted())
    #expect(store.usage.pinnedBytes == 200)
    _ = try await store.evict(.max)
    #expect(try [old, both, new].map { try store.content($0) != nil } == [false, true, true])
  }

  @Test func aPinThatDoesNotFitIsRefusedWhole() async throws {
    let (first, second) = (try await keep("a"), try await keep("b"))
    try await store.pin(key("a"), [first: 100])
    let refused = try key("b")
    await #expect(throws: StoreError.pinDoesNotFit(refused, bytes: 1_001, capacity: 1_000)) {
      try await store.pin(refused, [second: 100, digest("c"): 801])
    }
    #expect(try !store.isPinned(second))
    #expect(try store.pins().map(\.key.description) == ["a"])
    #expect(store.usage.pinnedBytes == 100)
    try await store.pin(refused, [second: 100, digest("c"): 800])
    #expect(store.usage.pinnedBytes == 1_000)
  }

  @Test func aFullStoreOfPinsRefusesDownloadsButNotWhatFits() async throws {
    try await store.pin(key("a"), [keep("a", 900): 900])
    await #expect(throws: StoreError.doesNotFit(bytes: 200, capacity: 1_000)) { try await store.reserve(200) }
    _ = try await store.reserve(100)
  }

  @Test func pinsAreListed() async throws {
    let long = try key("docker.io/" + String(repeating: "x", count: 1_000) + ":*")
    for name in ["b", "a", "ab", "a!"] { try await store.pin(key(name), [digest(name): 7, digest("all"): 1]) }
    try await store.pin(long, [:])
    let pins = try store.pins()
    #expect(pins.map(\.key.description) == ["a", "a!", "ab", "b", long.description])
    #expect(pins[0] == PinRecord(key: try key("a"), pinnedAt: 1_000, count: 2, bytes: 8))
    #expect(try store.contents(of: key("a")) == [digest("a"), digest("all")].sorted())
    #expect(store.usage.pinnedBytes == 4 * 7 + 1)
  }

  @Test func pinsOutliveTheProcess() async throws {
    let pinned = try await keep("a")
    try await store.pin(key("a"), [pinned: 100])
    await store.close()
    let again = try fixture.open()
    #expect(again.usage.pinnedBytes == 100)
    #expect(try await again.evict(.max) == 0)
    await again.close()
  }
}
