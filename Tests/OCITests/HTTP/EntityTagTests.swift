import OCI
import Testing

@Suite struct EntityTagTests {
  static let digest = Digest.of([])
  static let text = DigestTests.emptySHA256

  @Test func isTheDigestInQuotes() {
    #expect(EntityTag.render(Self.digest) == "\"\(Self.text)\"")
  }

  static let ifNoneMatchFields: [([String], Bool)] = [
    ([], false), (["\"\(text)\""], true), ([text], true), (["W/\"\(text)\""], true), (["*"], true), ([" * "], true),
    (["\"x\", \"\(text)\""], true), (["\"x\"", "\"\(text)\""], true), (["\"x\""], false), ([""], false),
    (["\""], false),
    (["\"\(text)"], false), (["\(text)\""], false), (["w/\"\(text)\""], false), (["\"\(text.uppercased())\""], false),
    (["\"\""], false), (["W/"], false),
  ]

  @Test(arguments: ifNoneMatchFields)
  func ifNoneMatch(_ fields: [String], _ expected: Bool) {
    #expect(EntityTag.ifNoneMatch(fields, names: Self.digest) == expected)
  }

  static let ifRangeFields: [(String?, Bool)] = [
    (nil, true), ("\"\(text)\"", true), (text, true), (" \"\(text)\" ", true), ("W/\"\(text)\"", false), ("*", false),
    ("Sun, 06 Nov 1994 08:49:37 GMT", false), ("\"x\"", false), ("", false),
  ]

  @Test(arguments: ifRangeFields)
  func ifRange(_ field: String?, _ expected: Bool) {
    #expect(EntityTag.ifRange(field, names: Self.digest) == expected)
  }
}
