import NIOCore
import NIOHTTP1

/// What is to be answered, before any misbehaviour on the way.
struct Answer: Sendable {
  var status: Int
  var headers: HTTPHeaders
  var body: Body
  /// What the body is of, for the counters.
  var digest: String?

  init(_ status: Int, _ headers: HTTPHeaders = [:], body: Body = Body(), digest: String? = nil) {
    self.status = status
    self.headers = headers
    self.body = body
    self.digest = digest
  }

  static func text(_ status: Int, _ text: String, type: String = "text/plain; charset=utf-8") -> Answer {
    Answer(status, ["Content-Type": type], body: Body(.bytes(ByteBuffer(string: text))))
  }

  static func json(_ status: Int, _ value: some Encodable) -> Answer {
    Answer(status, ["Content-Type": "application/json"], body: Body(.bytes(WireJSON.encode(value))))
  }

  /// An error as distribution-spec §Error Codes has it.
  static func error(_ status: Int, _ code: String, _ message: String) -> Answer {
    .json(status, ["errors": [["code": code, "message": message]]])
  }

  /// The error of an overriding status.
  static func error(_ status: Int) -> Answer {
    let code =
      switch status {
      case 401: "UNAUTHORIZED"
      case 403: "DENIED"
      case 404: "NAME_UNKNOWN"
      case 405: "UNSUPPORTED"
      case 429: "TOOMANYREQUESTS"
      case 500...: "UNKNOWN"
      default: "SCRIPTED"
      }
    return .error(status, code, "scripted \(status)")
  }
}
