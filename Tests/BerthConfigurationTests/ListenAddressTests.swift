import BerthConfiguration
import Testing

@Suite struct ListenAddressTests {
  @Test(
    arguments: [
      ("127.0.0.1:5000", .tcp(host: "127.0.0.1", port: 5000)), ("0.0.0.0:0", .tcp(host: "0.0.0.0", port: 0)),
      ("[::1]:5000", .tcp(host: "::1", port: 5000)), ("[::]:65535", .tcp(host: "::", port: 65_535)),
      ("localhost:80", .tcp(host: "localhost", port: 80)),
      ("Mirror.Example:443", .tcp(host: "mirror.example", port: 443)),
      ("unix:/run/berth.sock", .unix(path: "/run/berth.sock")),
    ] as [(String, ListenAddress)]
  )
  func reads(_ text: String, _ address: ListenAddress) throws {
    #expect(try ListenAddress(parsing: text) == address)
    #expect(try ListenAddress(parsing: address.description) == address)
  }

  @Test(arguments: [
    "", ":", "5000", "localhost", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+5", "127.0.0.1:http",
    "::1:5000", "[::1]", "[::1:5000", "[::1%lo]:5000", "[localhost]:5000", "a b:5000", "http://127.0.0.1:5000", "unix:",
    "unix:berth.sock", "unix:/\(String(repeating: "x", count: 107))", "127.0.0.1:000005000",
  ])
  func refuses(_ text: String) {
    #expect(throws: InvalidValue.self) { try ListenAddress(parsing: text) }
  }

  @Test(arguments: [
    ("5000", "write 127.0.0.1:5000 for this machine, 0.0.0.0:5000 for all"), ("127.0.0.1:99999", "up to 65535"),
    ("localhost", "expected HOST:PORT"),
  ])
  func saysWhatToWrite(_ text: String, _ words: String) {
    let error = #expect(throws: InvalidValue.self) { try ListenAddress(parsing: text) }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }

  @Test(arguments: [":5000", "*:5000"])
  func asksForAHost(_ text: String) {
    let error = #expect(throws: InvalidValue.self) { try ListenAddress(parsing: text) }
    #expect(error?.description.contains("write 0.0.0.0:5000 or [::]:5000 for all addresses") == true)
  }

  @Test(arguments: [
    ("127.0.0.1:1", true), ("127.8.9.10:1", true), ("[::1]:1", true), ("localhost:1", true), ("unix:/s", true),
    ("0.0.0.0:1", false), ("[::]:1", false), ("10.0.0.1:1", false), ("127.0.0.1.example:1", false),
    ("localhost.example:1", false),
  ])
  func knowsWhatIsLocal(_ text: String, _ isLocal: Bool) throws {
    #expect(try ListenAddress(parsing: text).isLocal == isLocal)
  }
}
