import OCI
import Testing

@Suite struct TagTests {
  @Test(arguments: [
    "latest", "3.20", "_", "_x", "A", "0", "v1.2.3-rc.1_x", "a..b", "sha256-\(DigestTests.hex64).sig",
    String(repeating: "a", count: 128),
  ])
  func reads(_ text: String) throws {
    #expect(try Tag(parsing: text).description == text)
  }

  @Test(arguments: [
    "", ".", "..", ".a", "-a", "a/b", "a:b", "a b", "a+b", "a\0", "a\r\nX: y", "a%0d%0a", "é", "a\u{301}", "a@sha256",
    String(repeating: "a", count: 129),
  ])
  func refuses(_ text: String) {
    #expect(throws: OCIError.invalidTag(text.excerpt)) { try Tag(parsing: text) }
  }

  @Test func sortsByBytes() throws {
    let tags = try ["b", "a", "_", "A", "10", "9", "a.1", "a-1"].map { (text) throws in try Tag(parsing: text) }
    #expect(tags.sorted().map(\.description) == ["10", "9", "A", "_", "a", "a-1", "a.1", "b"])
  }
}

@Suite struct ReferenceTests {
  @Test func aColonMakesADigest() throws {
    #expect(try Reference(parsing: "latest") == .tag(Tag(parsing: "latest")))
    #expect(try Reference(parsing: DigestTests.emptySHA256) == .digest(Digest.of([])))
    #expect(try Reference(parsing: "sha256-abc").description == "sha256-abc")
    #expect(try Reference(parsing: DigestTests.emptySHA256).description == DigestTests.emptySHA256)
  }

  @Test func saysWhichItFailedToBe() {
    #expect(throws: OCIError.invalidDigest("sha256:x")) { try Reference(parsing: "sha256:x") }
    #expect(throws: OCIError.unsupportedDigestAlgorithm("md5:ab")) { try Reference(parsing: "md5:ab") }
    #expect(throws: OCIError.invalidTag("a/b")) { try Reference(parsing: "a/b") }
    #expect(throws: OCIError.invalidTag("")) { try Reference(parsing: "") }
  }
}
