import Memory
import NIOCore
import OCI
import Testing

@testable import PullThrough

/// Pages of a tag list (distribution-spec §Listing Tags), cut from the text that all share.
@Suite struct RenderedTagsTests {
  let tags: RenderedTags

  init() throws {
    tags = try RenderedTags(["1", "1.0", "2", "latest"].map { try OCI.Tag(parsing: $0) }, memory: MemoryBudget())
  }

  private func page(_ limit: Int?, after last: String? = nil) -> TagPage {
    tags.page(limit: limit, last: last, maxSize: 1_000)
  }

  static let pages: [(limit: Int?, last: String?, json: String, next: String?)] = [
    (nil, nil, #""1","1.0","2","latest""#, nil),
    (2, nil, #""1","1.0""#, "1.0"),
    (2, "1.0", #""2","latest""#, nil),
    (4, nil, #""1","1.0","2","latest""#, nil),
    (3, nil, #""1","1.0","2""#, "2"),
    (0, nil, "", nil),
    (-1, nil, "", nil),
    // What is exclusive need not exist.
    (nil, "1.5", #""2","latest""#, nil),
    (nil, "0", #""1","1.0","2","latest""#, nil),
    (nil, "", #""1","1.0","2","latest""#, nil),
    (nil, "zzz", "", nil),
    (1, "latest", "", nil),
    (1, "1", #""1.0""#, "1.0"),
  ]

  @Test(arguments: pages)
  func cutsPages(_ expected: (limit: Int?, last: String?, json: String, next: String?)) {
    let page = page(expected.limit, after: expected.last)
    #expect(String(buffer: page.json) == expected.json)
    #expect(page.next?.last == expected.next)
  }

  @Test func aNumberBeyondTheMaximumIsClamped() {
    #expect(tags.page(limit: .max, last: nil, maxSize: 3).next == .init(limit: 3, last: "2"))
  }

  @Test func aListOfNothingIsEmpty() throws {
    let none = try RenderedTags([], memory: MemoryBudget())
    #expect(none.count == 0)
    for last in [nil, "a"] { #expect(none.page(limit: nil, last: last, maxSize: 9).json.readableBytes == 0) }
  }

  @Test func whatItTakesIsTakenOfTheBudget() throws {
    var limits = MemoryLimits()
    limits.budgetBytes = 100
    let budget = MemoryBudget(limits: limits)
    let few = try [OCI.Tag(parsing: "a")]
    #expect(throws: MemoryUsedUp.self) { try RenderedTags(Array(repeating: few[0], count: 100), memory: budget) }
    var list: RenderedTags? = try RenderedTags(few, memory: budget)
    #expect(budget.state.usedBytes == list?.memoryBytes)
    list = nil
    #expect(budget.state.usedBytes == 0)
  }
}

@Suite struct RenderedReferrersTests {
  private func descriptor(_ name: String, _ type: String?) -> Referrer {
    Referrer(
      Descriptor(
        mediaType: .ociManifest,
        digest: .of(name.utf8),
        size: 5,
        artifactType: type.flatMap { MediaType(parsing: $0) }
      )
    )
  }

  @Test func isWhatTheDocumentOfItsDescriptorsHas() throws {
    let descriptors = [descriptor("1", "a/b"), descriptor("2", nil), descriptor("3", "c/d"), descriptor("4", "a/b")]
    let rendered = try RenderedReferrers(descriptors, memory: MemoryBudget())
    #expect(document(rendered.all) == ReferrersDocument(descriptors).render())
    #expect(rendered.digests == descriptors.map(\.descriptor.digest))
    for type in ["a/b", "c/d", "x/y"] {
      #expect(document(rendered.json(ofType: type)) == ReferrersDocument(descriptors).filtered(by: type).render())
    }
  }

  private func document(_ manifests: ByteBuffer) -> [UInt8] {
    let start = #"{"schemaVersion":2,"mediaType":"\#(MediaType.ociIndex)","manifests":["#
    return Array(start.utf8) + Array(manifests.readableBytesView) + Array("]}".utf8)
  }
}

@Suite struct RememberedListsTests {
  @Test func theOneConfirmedLongestAgoGivesWay() {
    let lists = RememberedLists<String, Int>(maxBytes: 100, maxLists: 3)
    lists.insert(1, for: "a", checkedAt: 10, bytes: 40)
    lists.insert(2, for: "b", checkedAt: 5, bytes: 40)
    lists.insert(3, for: "c", checkedAt: 7, bytes: 40)
    #expect([lists["a"], lists["b"], lists["c"]] == [1, nil, 3])
    lists.insert(4, for: "c", checkedAt: 20, bytes: 60)
    #expect([lists["a"], lists["c"]] == [1, 4])
    lists.insert(5, for: "d", checkedAt: 30, bytes: 101)
    #expect([lists["a"], lists["c"], lists["d"]] == [1, 4, nil])
    #expect(lists.forgetOldest() && lists.forgetOldest() && !lists.forgetOldest())
  }

  @Test func thereAreNoMoreThanItsNumber() {
    let lists = RememberedLists<Int, Int>(maxBytes: .max, maxLists: 2)
    for key in 0..<5 { lists.insert(key, for: key, checkedAt: Int64(key), bytes: 1) }
    #expect((0..<5).map { lists[$0] } == [nil, nil, nil, 3, 4])
  }
}
