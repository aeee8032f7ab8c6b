import LMDB
import OCI
import Testing

@testable import Store

@Suite struct IndexKeyTests {
  private func text(_ key: [UInt8]) -> String { String(decoding: key, as: UTF8.self) }

  @Test func keysCanBeRead() throws {
    let alpine = try repository("docker.io/library/alpine")
    let (x, y) = (digest("x"), digest("y"))
    #expect(text(IndexKey.content(x)) == x.description)
    #expect(text(IndexKey.content(digest("x", .sha512))) == digest("x", .sha512).description)
    #expect(text(IndexKey.recency(1_700_000_000, x)) == "001700000000 \(x)")
    #expect(text(IndexKey.tag(alpine, try tag("3.20"))) == "docker.io/library/alpine:3.20")
    #expect(text(IndexKey.history(alpine, try tag("3"), move: 7)) == "docker.io/library/alpine:3 000000000007")
    #expect(text(IndexKey.repository(alpine, x)) == "docker.io/library/alpine@\(x)")
    #expect(text(IndexKey.referrer(alpine, subject: x, y)) == "docker.io/library/alpine@\(x)@\(y)")
  }

  @Test func theLongestKeysFit() throws {
    let longest = try Repository.longest()
    #expect(longest.description.utf8.count == 511)
    let longTag = try tag(String(repeating: "t", count: Tag.maxLength))
    let (x, y) = (digest("x", .sha512), digest("y", .sha512))
    let keys = [
      IndexKey.content(x), IndexKey.recency(.max, x), IndexKey.tag(longest, longTag), IndexKey.tags(of: longest),
      IndexKey.history(longest, longTag, move: .max), IndexKey.repository(longest, x),
      IndexKey.referrer(longest, subject: x, y),
    ]
    for key in keys { #expect(key.count <= Environment.maxKeyBytes, "\(text(key))") }
  }

  @Test func longRepositoriesStayApart() throws {
    let (one, other) = (try Repository.longest(ending: "b"), try Repository.longest(ending: "c"))
    #expect(IndexKey.tags(of: one) != IndexKey.tags(of: other))
    #expect(!IndexKey.isSpelledOut(one))
    #expect(text(IndexKey.tags(of: one)).contains("~"))
    #expect(IndexKey.isSpelledOut(try repository("docker.io/library/alpine")))
  }

  @Test(
    arguments: [
      (0, "000000000000"), (1, "000000000001"), (999_999_999_999, "999999999999"), (-5, "000000000000"),
      (1_000_000_000_000, "999999999999"), (.max, "999999999999"), (.min, "000000000000"),
    ] as [(Int64, String)]
  ) func numbersSortAsText(number: Int64, expected: String) {
    var key: [UInt8] = []
    key.append(decimal: number)
    #expect(text(key) == expected)
  }
}
