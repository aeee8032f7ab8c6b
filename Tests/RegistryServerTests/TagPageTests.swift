import OCI
import Testing

@testable import RegistryServer

/// Pages of a tag list (distribution-spec §Listing Tags).
@Suite struct TagPageTests {
  let all: [OCI.Tag]

  init() throws {
    all = try ["1", "1.0", "2", "latest"].map { try OCI.Tag(parsing: $0) }
  }

  private func page(limit: Int? = nil, last: String? = nil) -> TagPage {
    TagPage(all, limit: limit, last: last, maxSize: 1_000)
  }

  private func names(_ page: TagPage) -> [String] { page.tags.map(\.description) }

  @Test func withoutANumberAllAreListed() {
    #expect(names(page()) == ["1", "1.0", "2", "latest"])
    #expect(page().next == nil)
  }

  @Test func aPageThatIsNotTheLastLinksToTheNext() throws {
    #expect(names(page(limit: 2)) == ["1", "1.0"])
    #expect(page(limit: 2).next == .init(limit: 2, last: try OCI.Tag(parsing: "1.0")))
    #expect(names(page(limit: 2, last: "1.0")) == ["2", "latest"])
    #expect(page(limit: 2, last: "1.0").next == nil)
  }

  @Test func aPageThatJustFitsIsTheLast() {
    #expect(page(limit: 4).next == nil)
    #expect(page(limit: 3).next != nil)
  }

  @Test func zeroIsAnEmptyListWithoutALink() {
    #expect(page(limit: 0) == TagPage([], limit: nil, last: nil, maxSize: 1))
  }

  @Test(arguments: [("1.5", ["2", "latest"]), ("0", ["1", "1.0", "2", "latest"]), ("zzz", []), ("latest", [])])
  func lastIsExclusiveAndNeedNotExist(last: String, expected: [String]) {
    #expect(names(page(last: last)) == expected)
  }

  @Test func aNumberBeyondTheMaximumIsClamped() {
    let page = TagPage(all, limit: .max, last: nil, maxSize: 3)
    #expect(page.tags.count == 3)
    #expect(page.next?.limit == 3)
  }
}
