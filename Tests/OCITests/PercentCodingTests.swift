import OCI
import Testing

@Suite struct PercentCodingTests {
  @Test(arguments: [("a%2Fb", "a/b"), ("%7e%7E", "~~"), ("plain", "plain"), ("", "")])
  func decodes(text: String, meaning: String) {
    #expect(PercentCoding.decode(text[...].utf8) == meaning)
  }

  @Test(arguments: ["%", "%2", "%2g", "%zz", "a b", "%20", "%00", "%c3%a9", "é"])
  func refuses(_ text: String) {
    #expect(PercentCoding.decode(text[...].utf8) == nil)
  }

  @Test func textIsAnyUTF8() {
    #expect(PercentCoding.decodeText("%C3%A9 %20") == "é  ")
    #expect(PercentCoding.decodeText("%ff") == nil)
  }

  @Test(arguments: [("a/b c", "a%2Fb%20c"), ("é", "%C3%A9"), ("\n", "%0A"), ("Az09-._~", "Az09-._~")])
  func encodes(text: String, encoded: String) {
    #expect(PercentCoding.encode(text) == encoded)
    #expect(PercentCoding.decodeText(encoded) == text)
  }
}

@Suite struct PrintableTextTests {
  @Test(arguments: [
    ("as it is", "as it is"), ("a\r\n\tb", "a b"), (" both ends ", "both ends"), ("é", ""),
    ("0123456789abc", "0123456789…"),
  ])
  func lines(text: String, line: String) {
    #expect(PrintableText.line(text, maxLength: 10) == line)
  }

  @Test func excerptsKeepPlaces() {
    #expect(PrintableText.excerpt("a\n b") == "a? b")
    #expect(PrintableText.excerpt(String(repeating: "x", count: 81)) == String(repeating: "x", count: 80) + "…")
  }
}
