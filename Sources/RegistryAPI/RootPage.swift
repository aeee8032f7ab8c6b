import HTTPServer
import NIOCore
import NIOHTTP1

/// `GET /`: load balancers ask it whether anybody is there, and take anything but 200 for no.
enum RootPage {
  static let reply: Reply = {
    let bytes = ByteBuffer(string: "Berth serves container images here: /v2/\n")
    return Reply(
      status: .ok,
      headers: [
        "Content-Type": "text/plain; charset=utf-8", "Content-Length": "\(bytes.readableBytes)",
        "X-Content-Type-Options": "nosniff",
      ],
      body: .bytes(bytes)
    )
  }()
}
