import NIOHTTP1
import OCI

@testable import Upstream

extension FuzzTarget {
  /// What upstreams, token services, credential helpers and the environment say.
  static let upstream = [
    text("url") { text in
      guard let url = WebURL(parsing: text) else { return }
      try promise(WebURL(parsing: url.text) == url, "it reads back")
      try promise(url.path.hasPrefix("/"), "its path begins with a slash")
      for base in ["https://registry.example/v2/a/", "http://[::1]:5000/x?y"] {
        let resolved = WebURL(parsing: base)?.resolving(text)
        try promise(resolved == url, "an absolute one is what it says, whatever the base")
      }
    },
    text("url-reference") { text in
      guard let url = WebURL(parsing: "https://registry.example/v2/a/b?c")?.resolving(text) else { return }
      try promise(WebURL(parsing: url.text) == url, "it reads back")
    },
    text("address") { text in
      if let address = IPAddress(parsing: text) {
        try promise(IPAddress(parsing: "\(address)") == address, "an address reads back")
      }
      _ = NoProxy(parsing: text)
      _ = Proxy(parsing: text)
      if let endpoint = Endpoint(parsing: text) {
        try promise(Endpoint(parsing: endpoint.description) == endpoint, "an endpoint reads back")
      }
      _ = RepositoryPattern(parsing: text)
    },
    text("rate-limit") { text in
      let halves = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      var headers = HTTPHeaders()
      for (name, value) in zip(["ratelimit-limit", "ratelimit-remaining"], halves) {
        headers.add(name: name, value: String(value))
      }
      guard let fields = RateLimitFields(headers, now: 1_800_000_000) else { return }
      for number in [fields.limit, fields.remaining].compactMap(\.self) {
        try promise((0...1_000_000_000).contains(number), "\(number) is a count")
      }
    },
    FuzzTarget("token") { bytes in
      guard let grant = try? TokenGrant(parsing: bytes, limits: Limits()) else { return }
      try promise(
        (TokenGrant.minLifetime...TokenGrant.maxLifetime).contains(grant.lifetime),
        "\(grant.lifetime) is within the bounds"
      )
    },
    FuzzTarget("tags") { bytes in
      var whole = TagListScanner(limits: Limits())
      guard let names = try? whole.take(bytes) else { return }
      let isWhole = (try? whole.finish()) != nil
      var pieces = TagListScanner(limits: Limits())
      var again: [String] = []
      for byte in bytes { again += try pieces.take([byte]) }
      try promise(again == names && ((try? pieces.finish()) != nil) == isWhole, "pieces say the same as the whole")
    },
    FuzzTarget("error-body") { bytes in
      let message = ErrorBody(bytes, limits: Limits()).message
      try promise(message?.utf8.allSatisfy { (0x20...0x7E).contains($0) || $0 >= 0x80 } ?? true, "it is printable")
    },
    FuzzTarget("docker-config") { bytes in
      guard let file = try? DockerConfiguration(parsing: bytes, path: "config.json", limits: Limits()) else { return }
      for text in ["https://registry-1.docker.io", "http://127.0.0.1:5000"] {
        guard let origin = Origin(parsing: text) else { continue }
        if let name = try? RepositoryName(parsing: "team/app") { _ = file.credential(for: name, at: origin) }
        _ = try? file.helper(for: origin)
      }
    },
    FuzzTarget("helper-answer") { bytes in
      guard let helper = CredentialHelperName(parsing: "test"), let origin = Origin(parsing: "https://ghcr.io") else {
        return
      }
      let answer = HelperAnswer(status: bytes.first.map { Int32($0 % 2) } ?? 0, output: Array(bytes.dropFirst()))
      _ = try? answer.credential(HelperRequest(helper, about: origin), limits: Limits())
    },
    text("base64") { text in
      guard let bytes = Base64.decode(text) else { return }
      try promise(Base64.decode(Base64.encode(bytes)) == bytes, "it reads back")
    },
    FuzzTarget("blob-extent") { bytes in
      let limits = Limits()
      let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
      let asked: BlobRange = (bytes.first ?? 0) % 2 == 0 ? .from(5) : .bytes(5..<1_000)
      let fields = BlobExtent.Fields(length: Int64(text.prefix { $0.isNumber }), contentRange: text)
      for status in [200, 206] {
        guard let extent = try? BlobExtent(status: status, fields: fields, asked: asked, limits: limits) else {
          continue
        }
        try promise(extent.start >= 0 && extent.totalSize ?? 0 <= limits.maxBlobBytes, "\(extent) is a blob's")
      }
    },
  ]
}
