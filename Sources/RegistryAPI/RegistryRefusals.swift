package import HTTPServer
import NIOHTTP1
import OCI

/// What the server refuses, as the specification's errors.
package struct RegistryRefusals: RefusalRendering {
  package init() {}

  package func reply(to refusal: Refusal) -> Reply {
    let retry = refusal.retryAfterSeconds.map { [("Retry-After", "\($0)")] } ?? []
    return ErrorBody(Self.code(of: refusal), Self.text(of: refusal)).reply(status: refusal.status, extra: retry)
  }

  private static func code(of refusal: Refusal) -> ErrorCode {
    switch refusal {
    case .malformed, .headerTooLarge, .bodyTooLarge: .unsupported
    case .overloaded: .unavailable
    case .tooManyRequests: .tooManyRequests
    }
  }

  private static func text(of refusal: Refusal) -> String {
    switch refusal {
    case .malformed(let reason): "bad request: \(reason)"
    case .headerTooLarge: "bad request: the header is larger than, or has more fields than, is taken here"
    case .bodyTooLarge(let limit): "a request may have a body of \(limit) bytes"
    case .overloaded: "too many clients wait for upstreams; what is held is served meanwhile"
    case .tooManyRequests: "this client asks more than it may: clients.requestsPerSecond is the limit"
    }
  }
}
