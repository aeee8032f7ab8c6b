import HTTPServer
import NIOHTTP1

/// By which address clients reach this Berth, and so its token service: they are to stay with the name that they know, since some
/// send credentials to no other.
struct ServiceAddress: Sendable {
  /// As it is configured, without a slash at its end: `https://berth.example`; nil where requests have to tell.
  let externalURL: String?

  /// Scheme and authority: `https://berth.example`.
  func base(for request: Request, from source: RequestSource) -> String {
    if let externalURL { return externalURL }
    let forwarded = source.isThroughTrustedProxy ? request.headers : HTTPHeaders()
    let isSecure = Self.first(of: "x-forwarded-proto", in: forwarded).map { $0 == "https" } ?? request.peer.isOverTLS
    let host = Self.first(of: "x-forwarded-host", in: forwarded) ?? request.field("host")
    return "\(isSecure ? "https" : "http")://\(host.flatMap(Self.authority) ?? "localhost")"
  }

  /// The value that the client's own proxy gave, where each added one.
  private static func first(of field: String, in headers: HTTPHeaders) -> String? {
    guard let value = headers.first(name: field) else { return nil }
    return value.prefix { $0 != "," }.filter { $0 != " " }.lowercased()
  }

  /// What a challenge can name: nothing in it could end a quoted string.
  private static func authority(_ text: String) -> String? {
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
        true
      default: false
      }
    }
    return isPlain && (1...255).contains(text.utf8.count) ? text : nil
  }
}
