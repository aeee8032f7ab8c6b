import AsyncHTTPClient
import BerthConfiguration
import NIOHTTP1
import OCI

/// Where a running Berth's admin listener is.
struct AdminTarget: Equatable {
  /// `http://HOST:PORT`, `https://HOST:PORT`, or `http+unix://` with the socket's path percent-encoded as the host.
  var baseURL: String
  /// As operators write it.
  var shown: String
  /// How it was come by: `--admin`, …
  var origin: String

  /// Used when nothing is said; the documented example of `admin:`.
  static let standard = AdminTarget(baseURL: "http://127.0.0.1:5001", shown: "127.0.0.1:5001", origin: "the default")

  /// Reads `http://HOST:PORT`, `HOST:PORT`, `unix:/path`.
  init?(_ text: String, origin: String) {
    if text.hasPrefix("http://") || text.hasPrefix("https://") {
      var url = text
      while url.hasSuffix("/") { url.removeLast() }
      let host = url.drop { $0 != ":" }.dropFirst(3)
      guard !host.isEmpty, !host.contains(where: { "/?#@ ".contains($0) }) else { return nil }
      self.init(baseURL: url, shown: url, origin: origin)
    } else if let address = try? ListenAddress(parsing: text) {
      self.init(address, usesTLS: false, origin: origin)
    } else {
      return nil
    }
  }

  /// The admin listener of a configuration.
  init(_ address: ListenAddress, usesTLS: Bool, origin: String) {
    self.origin = origin
    shown = address.description
    switch address {
    case .tcp(let host, let port):
      let reachable = host == "0.0.0.0" ? "127.0.0.1" : host == "::" ? "::1" : host
      let authority = reachable.contains(":") ? "[\(reachable)]:\(port)" : "\(reachable):\(port)"
      baseURL = "\(usesTLS ? "https" : "http")://\(authority)"
    case .unix(let path):
      baseURL = "http+unix://\(PercentCoding.encode(path))"
    }
  }

  private init(baseURL: String, shown: String, origin: String) {
    (self.baseURL, self.shown, self.origin) = (baseURL, shown, origin)
  }

  /// A request for a path of it.
  func request(_ path: String) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: baseURL + path)
    // Each request names a host (RFC 9112 §3.2); a socket has none.
    if baseURL.hasPrefix("http+unix:") { request.headers.add(name: "Host", value: "localhost") }
    return request
  }
}
