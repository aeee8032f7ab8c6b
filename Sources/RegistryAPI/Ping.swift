import HTTPServer
import NIOCore
import NIOHTTP1

/// `GET /v2/` (distribution-spec §Determining Support, end-1).
enum Ping {
  static let reply: Reply = {
    let bytes = ByteBuffer(string: "{}")
    var headers = CommonHeaders.base
    headers.add(name: "Content-Type", value: "application/json")
    headers.add(name: "Content-Length", value: "\(bytes.readableBytes)")
    return Reply(status: .ok, headers: headers, body: .bytes(bytes))
  }()
}
