import Testing

@testable import Access

@Suite struct ClientOriginTests {
  private func address(_ text: String) throws -> ClientOrigin { .address(try #require(NetworkAddress(parsing: text))) }

  @Test(arguments: [
    ("10.0.0.0/8", "10.1.2.3", true),
    ("10.0.0.0/8", "11.0.0.1", false),
    ("10.0.0.0/8", "::ffff:10.1.2.3", true),
    ("::ffff:10.0.0.5", "10.0.0.5", true),
    ("0.0.0.0/0", "255.255.255.255", true),
    ("0.0.0.0/0", "2001:db8::1", false),
    ("::/0", "2001:db8::1", true),
    ("::/0", "10.0.0.1", false),
    ("2001:db8::/32", "2001:db8:ffff::1", true),
    ("2001:db8::/32", "2001:db9::1", false),
    ("192.0.2.7", "192.0.2.7", true),
    ("192.0.2.7", "192.0.2.8", false),
    ("unix", "192.0.2.7", false),
  ])
  func networks(pattern: String, client: String, expected: Bool) throws {
    #expect(try OriginPattern(parsing: pattern).matches(address(client)) == expected)
  }

  @Test func unixSocketsAndUntrustedProxies() throws {
    #expect(try OriginPattern(parsing: "unix").matches(.unix))
    #expect(try !OriginPattern(parsing: "0.0.0.0/0").matches(.unix))
    for pattern in ["0.0.0.0/0", "::/0", "unix"] { #expect(try !OriginPattern(parsing: pattern).matches(.unknown)) }
  }

  @Test(arguments: [
    ("10.0.0.1/8", "10.0.0.0/8"), ("10.0.0.0/33", "0 to 32"), ("10.0.0.0/", "0 to 32"), ("10.0.0.0/08", "0 to 32"),
    ("10.0.0", "10.0.0.0/8"), ("", "an address"), ("localhost", "an address"), ("::1%lo", "an address"),
    ("10.0.0.0/-1", "0 to 32"), ("::/129", "0 to 128"),
  ])
  func saysWhatToWrite(text: String, hint: String) {
    #expect { try OriginPattern(parsing: text) } throws: { "\($0)".contains(hint) }
  }

  @Test(arguments: ["10.0.0.0/8", "unix", "192.0.2.7", "2001:db8::/32"])
  func isWrittenAsRead(text: String) throws {
    #expect(try "\(OriginPattern(parsing: text))" == text)
  }
}
