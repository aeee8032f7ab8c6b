import NIOHTTP1

/// Which requests are refused for the way they are framed, before anyone looks at what they ask for
/// (RFC 9112 §6).
enum RequestFraming {
  /// Why a request is refused whose framing is ambiguous, whose target is not in origin form, or whose header without its
  /// `Range` field is larger than that; nil if all is well.
  static func refusal(of head: HTTPRequestHead, maxFieldBytes: Int) -> Refusal? {
    if fieldBytes(head) > maxFieldBytes { return .headerTooLarge }
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

  /// What is wrong with bytes that are no request.
  static func refusal(of error: HTTPParserError) -> Refusal {
    switch error {
    case .headerOverflow: .headerTooLarge
    case .invalidMethod: .malformed(reason: "unknown method; only GET and HEAD are answered")
    default: .malformed(reason: "not a well-formed request of HTTP/1.1")
    }
  }

  /// Whether bytes follow the header.
  static func hasBody(_ head: HTTPRequestHead) -> Bool {
    if head.headers.contains(name: "transfer-encoding") { return true }
    guard let length = head.headers.first(name: "content-length") else { return false }
    return length != "0"
  }

  /// Names and values. A list of ranges may be long: clients that read parts of a blob send a thousand in one.
  private static func fieldBytes(_ head: HTTPRequestHead) -> Int {
    var count = head.uri.utf8.count
    for (name, value) in head.headers where value.utf8.count < 256 || name.lowercased() != "range" {
      count += name.utf8.count + value.utf8.count
    }
    return count
  }

  private static func bad(_ reason: String) -> Refusal { .malformed(reason: reason) }
}
