import OCI
import Testing

@Suite struct WarningHeaderTests {
  @Test(arguments: [
    ("stale: upstream fails", #"299 - "stale: upstream fails""#),
    (#"say "hi" \o/"#, #"299 - "say \"hi\" \\o/""#),
    ("a\r\nSet-Cookie: x\0", #"299 - "a??Set-Cookie: x?""#),
    ("é", #"299 - "??""#),
  ])
  func quotesAndCleans(_ text: String, _ expected: String) {
    #expect(WarningHeader(text).description == expected)
  }

  @Test(arguments: ["a", "\"", "\\", "é"])
  func staysWithinTheLimit(_ character: String) {
    let field = WarningHeader(String(repeating: character, count: 10_000)).description
    #expect(field.utf8.count <= WarningHeader.maxLength)
    #expect(field.utf8.count >= WarningHeader.maxLength - 1)
    #expect(field.hasPrefix("299 - \"") && field.hasSuffix("\""))
  }
}
