import HTTPServer
import NIOCore
import NIOHTTP1
import OCI

/// Answers of the admin listener.
enum PlainReply {
  static func text(_ text: String, type: String, status: HTTPResponseStatus = .ok) -> Reply {
    bytes(ByteBuffer(string: text), type: type, status: status)
  }

  static func json(_ value: JSONValue, status: HTTPResponseStatus = .ok, extra: [(String, String)] = []) -> Reply {
    bytes(ByteBuffer(bytes: JSONText.render(value) + [10]), type: "application/json", status: status, extra: extra)
  }

  private static func bytes(
    _ bytes: ByteBuffer,
    type: String,
    status: HTTPResponseStatus,
    extra: [(String, String)] = []
  ) -> Reply {
    var headers: HTTPHeaders = [
      "Content-Type": type, "Content-Length": "\(bytes.readableBytes)",
      // Numbers of this moment, and not for a page of another site.
      "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
    ]
    for (name, value) in extra { headers.add(name: name, value: value) }
    return Reply(status: status, headers: headers, body: .bytes(bytes))
  }
}
