package import HTTPServer
import NIOHTTP1

/// What the server refuses, as the admin API's errors.
package struct AdminRefusals: RefusalRendering {
  package init() {}

  package func reply(to refusal: Refusal) -> Reply {
    let retry = refusal.retryAfterSeconds.map { [("Retry-After", "\($0)")] } ?? []
    return AdminError.reply(refusal.status, Self.text(of: refusal), extra: retry)
  }

  private static func text(of refusal: Refusal) -> String {
    switch refusal {
    case .malformed(let reason): "bad request: \(reason)"
    case .headerTooLarge: "bad request: the header is larger than, or has more fields than, is taken here"
    case .bodyTooLarge(let limit): "a request may have a body of \(limit) bytes"
    case .overloaded: "as many orders wait as may; health and metrics are answered"
    case .tooManyRequests: "too many requests"
    }
  }
}
