import OCI
import Testing

@testable import Upstream

@Suite("From page to page")
struct PageWalkTests {
  private static func cursor(_ query: String) -> PageCursor { PageCursor(pageSize: query.utf8.count) }

  @Test("A page that is not linked to ends the list; one that is seen again ends it only behind nothing")
  func walk() throws {
    var walk = PageWalk("list", limits: Limits())
    #expect(try walk.page(at: nil, behindEmpty: false) == nil)
    #expect(try walk.page(at: Self.cursor("a"), behindEmpty: false) == Self.cursor("a"))
    #expect(try walk.page(at: Self.cursor("bb"), behindEmpty: true) == Self.cursor("bb"))
    #expect(throws: UpstreamFailure.self) { try walk.page(at: Self.cursor("a"), behindEmpty: false) }
    #expect(try walk.page(at: Self.cursor("a"), behindEmpty: true) == nil)
  }

  @Test("The number of pages is bounded")
  func bounded() throws {
    var limits = Limits()
    limits.maxListPages = 2
    var walk = PageWalk("list", limits: limits)
    #expect(try walk.page(at: Self.cursor("a"), behindEmpty: false) != nil)
    #expect(throws: UpstreamFailure.listTooLong("list: more than 2 pages (maxListPages)")) {
      try walk.page(at: Self.cursor("bb"), behindEmpty: false)
    }
  }
}
