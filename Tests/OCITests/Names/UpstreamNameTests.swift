import OCI
import Testing

@Suite struct UpstreamNameTests {
  @Test(arguments: [
    ("docker.io", "docker.io"), ("Docker.IO", "docker.io"), ("localhost:5000", "localhost:5000"), ("a", "a"),
    ("127.0.0.1", "127.0.0.1"), ("127.0.0.1:65535", "127.0.0.1:65535"),
    ("xn--bcher-kva.example", "xn--bcher-kva.example"),
    ("us-central1-docker.pkg.dev", "us-central1-docker.pkg.dev"), ("[::1]:5000", "[::1]:5000"), ("[::]", "[::]"),
    ("[2001:DB8::1]", "[2001:db8::1]"), ("[1:2:3:4:5:6:7:8]:443", "[1:2:3:4:5:6:7:8]:443"), ("[fe80::]", "[fe80::]"),
    ("[1::8]", "[1::8]"), ("[::2:3:4:5:6:7:8]", "[::2:3:4:5:6:7:8]"),
  ])
  func reads(_ text: String, _ expected: String) throws {
    #expect(try UpstreamName(parsing: text).description == expected)
  }

  @Test(arguments: [
    "", ".", "a.", ".a", "a..b", "-a", "a-", "a.-b", "a_b", "a b", "a/b", "é.example", "a:", ":5000", "a:0", "a:05000",
    "a:65536", "a:999999", "a:-1", "a:5000:5000", "a:5x", "user@a", "a?x", "a#x", "a%41", "http://a", "a\r\nb", "a\0",
    "[", "[]", "[]:1", "[:]", "[:::]", "[1]", "[::1", "::1", "[::1]5000", "[::1]:", "[::1]:0", "[12345::]", "[g::1]",
    "[1:2:3:4:5:6:7:8:9]", "[1:2:3:4:5:6:7]", "[1::2::3]", "[1:2:3:4:5:6:7::8]", "[:1::2]", "[1::2:]",
    "[::ffff:1.2.3.4]",
    "[fe80::1%25eth0]", "[1:2:3:4:5:6:7:8:]", String(repeating: "a", count: 64),
    String(repeating: "a.", count: 127) + "aa",
  ])
  func refuses(_ text: String) {
    #expect(throws: OCIError.invalidUpstreamName(text.excerpt)) { try UpstreamName(parsing: text) }
  }

  @Test func longestNames() throws {
    #expect(try UpstreamName(parsing: String(repeating: "a", count: 63)).description.count == 63)
    #expect(try UpstreamName(parsing: String(repeating: "a.", count: 127) + "a").description.count == 255)
  }
}

@Suite struct RepositoryTests {
  @Test(arguments: ["docker.io/library/alpine", "localhost:5000/a", "[::1]:5000/a/b", "a/b"])
  func readsItsOwnDescription(_ text: String) throws {
    let repository = try Repository(parsing: text)
    #expect(repository.description == text)
    #expect(Repository(upstream: repository.upstream, name: repository.name) == repository)
  }

  @Test func refusesWhatIsNone() {
    #expect(throws: OCIError.invalidRepository("alpine")) { try Repository(parsing: "alpine") }
    #expect(throws: OCIError.invalidUpstreamName("")) { try Repository(parsing: "/alpine") }
    #expect(throws: OCIError.invalidRepositoryName("")) { try Repository(parsing: "docker.io/") }
    #expect(throws: OCIError.invalidRepositoryName("a//b")) { try Repository(parsing: "docker.io/a//b") }
  }

  @Test func oneTextIsOneRepository() throws {
    let one = try Repository(parsing: "DOCKER.io/library/alpine")
    let other = try Repository(parsing: "docker.io/library/alpine")
    #expect(one == other && one.hashValue == other.hashValue)
    #expect(try Repository(parsing: "quay.io/library/alpine") > other)
  }
}
