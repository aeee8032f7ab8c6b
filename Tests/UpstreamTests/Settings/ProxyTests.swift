import OCI
import Testing

@testable import Upstream

@Suite("Proxies as they are written")
struct ProxyTests {
  @Test(
    "Forms that are read, and how they are printed",
    arguments: [
      ("http://proxy.example:3128", "http://proxy.example:3128"),
      ("proxy.example:3128", "http://proxy.example:3128"),
      ("HTTP://Proxy.example/", "http://proxy.example"),
      ("http://[2001:db8::1]:3128", "http://[2001:db8::1]:3128"),
      ("http://u:p@proxy.example:3128", "http://u:•••@proxy.example:3128"),
      ("u:p@proxy.example:3128", "http://u:•••@proxy.example:3128"),
      ("http://a%40b@proxy.example", "http://a%40b:•••@proxy.example"),
      ("http://u:•••@proxy.example", "http://u:•••@proxy.example"),
    ]
  )
  func forms(text: String, printed: String) { #expect(Proxy(parsing: text)?.description == printed) }

  @Test("User and password are decoded; the last @ ends them")
  func credential() throws {
    let credential = try #require(Proxy(parsing: "http://a%40b:p%3A@%2Fq@h:1")?.credential)
    #expect(credential.username == "a@b" && credential.password == Secret("p:@/q"))
  }

  @Test(
    "Forms that are refused",
    arguments: [
      "", "https://h:1", "socks5://h:1", "http://", "http://h:0", "http://h:1/path", "http://:p@h:1", "http://u%4@h:1",
      "http://u%0d%0a@h:1", "http://u:%ff@h:1", "http://h h:1",
    ]
  )
  func refused(text: String) { #expect(Proxy(parsing: text) == nil) }
}
