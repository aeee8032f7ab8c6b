import HTTPServer
import NIOCore
import NIOHTTP1
import OCI

/// An error answer of the specification: `{"errors":[{"code","message"}]}` (distribution-spec §Error Codes).
struct ErrorBody: Sendable {
  var code: ErrorCode
  var message: String

  init(_ code: ErrorCode, _ message: String) {
    self.code = code
    self.message = message
  }

  func reply(status: HTTPResponseStatus, extra: [(String, String)] = []) -> Reply {
    let error: JSONValue = ["code": .string(code.rawValue), "message": .string(message)]
    let bytes = ByteBuffer(bytes: JSONText.render(["errors": [error]]))
    var headers = CommonHeaders.base
    headers.add(name: "content-type", value: "application/json")
    headers.add(name: "content-length", value: "\(bytes.readableBytes)")
    for (name, value) in extra { headers.add(name: name, value: value) }
    return Reply(status: status, headers: headers, body: .bytes(bytes))
  }
}
