import NIOHTTP1
import OCI

/// Which requests are refused for the way they are framed, before anyone looks at what they ask for
/// (RFC 9112 §6, security.md F11 and F50).
enum RequestFraming {
  /// The answer to a request whose framing is ambiguous or whose target is not in origin form; nil if all is well.
  static func refusal(of head: HTTPRequestHead) -> Reply? {
    let lengths = head.headers["content-length"]
    let encodings = head.headers["transfer-encoding"]
    if !encodings.isEmpty {
      guard lengths.isEmpty, head.version == .http1_1, encodings.count == 1, encodings[0].lowercased() == "chunked"
      else { return bad("ambiguous message length") }
    }
    if lengths.count > 1 { return bad("more than one Content-Length") }
    if head.method == .CONNECT || !head.uri.hasPrefix("/") { return bad("only origin-form request targets are served") }
    if head.version.major != 1 { return bad("only HTTP/1 is served") }
    if head.version == .http1_1, head.headers["host"].count != 1 { return bad("exactly one Host field is needed") }
    return nil
  }

  /// Whether bytes follow the header.
  static func hasBody(_ head: HTTPRequestHead) -> Bool {
    if head.headers.contains(name: "transfer-encoding") { return true }
    guard let length = head.headers.first(name: "content-length") else { return false }
    return length != "0"
  }

  private static func bad(_ reason: String) -> Reply {
    ErrorBody(.unsupported, "bad request: \(reason)").reply(status: .badRequest)
  }
}
