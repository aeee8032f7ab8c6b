import OCI
import Testing

@Suite struct WarningHeaderTests {
  @Test(arguments: [
    (299, "stale: upstream fails", #"299 - "stale: upstream fails""#),
    (110, "Response is Stale", #"110 - "Response is Stale""#),
    (299, #"say "hi" \o/"#, #"299 - "say \"hi\" \\o/""#),
    (299, "a\r\nSet-Cookie: x\0", #"299 - "a??Set-Cookie: x?""#),
    (299, "é", #"299 - "??""#),
    (-5, "x", #"100 - "x""#), (123_456, "x", #"999 - "x""#),
  ])
  func quotesAndCleans(_ code: Int, _ text: String, _ expected: String) {
    #expect(WarningHeader(code: code, text).description == expected)
  }

  @Test(arguments: ["a", "\"", "\\", "é"])
  func staysWithinTheLimit(_ character: String) {
    let field = WarningHeader(String(repeating: character, count: 10_000)).description
    #expect(field.utf8.count <= WarningHeader.maxLength)
    #expect(field.utf8.count >= WarningHeader.maxLength - 1)
    #expect(field.hasPrefix("299 - \"") && field.hasSuffix("\""))
  }
}
