import Administration
import NIOCore
import NIOHTTP1
import OCI
import PullThrough
import Upstream

@testable import AdminAPI
@testable import HTTPServer
@testable import RegistryAPI

extension FuzzTarget {
  /// What clients and operators send.
  static let requests = [
    text("request-target") { text in
      let target = try? RegistryTarget(text, host: nil, limits: Limits())
      switch target {
      case .repository(let name, _)?:
        try promise(!name.segments.contains(""), "no segment of \(name) is empty")
        _ = try? UpstreamNames(UpstreamSettings.builtIn, defaultUpstream: UpstreamName(parsing: "docker.io")).route(
          name
        )
      case .ping?, .token?, nil: break
      }
    },
    text("percent") { text in
      if let decoded = PercentCoding.decode(text[...].utf8) {
        try promise(decoded.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "it is printable")
      }
      try promise(PercentCoding.decodeText(PercentCoding.encode(text)) == text, "what is encoded reads back")
    },
    FuzzTarget("admin-order") { bytes in
      let halves = bytes.split(separator: 10, maxSplits: 1, omittingEmptySubsequences: false)
      let request = Request(
        method: .POST,
        target: "/api/v1/" + String(decoding: halves.first ?? [], as: UTF8.self),
        headers: [:],
        body: halves.count > 1 ? ByteBuffer(bytes: halves[1]) : nil
      )
      guard let order = try? AdminRequest(request, limits: Limits()) else { return }
      for name in ["job", "limit", "bytesPerSecond"] {
        guard let number = try? order.number(name, default: 0, in: 0...100) else { continue }
        try promise((0...100).contains(number), "\(number) is in its range")
      }
      _ = try? order.flag("trial")
      _ = try? order.texts("names")
    },
    FuzzTarget("import-order") { bytes in
      _ = try? ImportRequest(parsing: ByteBuffer(bytes: bytes), limits: Limits())
    },
    text("image-name") { text in
      let names = UpstreamNames(UpstreamSettings.builtIn, defaultUpstream: try UpstreamName(parsing: "docker.io"))
      if let name = try? ImageName(parsing: text, among: names) {
        let again = try ImageName(parsing: name.description, among: names)
        try promise(again == name, "a name in full means itself")
      }
      if let pattern = try? ImagePattern(parsing: text, among: names) {
        let image = try ImageName(parsing: "docker.io/library/alpine:3.20", among: names)
        let again = try ImagePattern(parsing: pattern.description, among: names)
        try promise(again.matches(image) == pattern.matches(image), "a pattern in full means the same")
      }
    },
  ]
}
