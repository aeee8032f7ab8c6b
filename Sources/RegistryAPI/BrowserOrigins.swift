import HTTPServer
import NIOHTTP1

/// The origins whose pages may read this registry's answers in a browser (Fetch §3.2, CORS); none by default.
package struct BrowserOrigins: Sendable {
  /// As browsers send them: `https://ui.example`, with a port if it is not the scheme's.
  let origins: Set<String>

  package init(origins: Set<String>) { self.origins = origins }

  /// What pages may read besides the fields that any page may.
  private static let exposed = [
    "Content-Length", "Content-Range", "Docker-Content-Digest", "Docker-Distribution-API-Version", "ETag", "Link",
    "OCI-Filters-Applied", "OCI-Namespace", "Retry-After", "Warning",
  ].joined(separator: ", ")
  private static let requested = "Accept, Authorization, Cache-Control, If-None-Match, If-Range, Range"

  /// The answer to the question whether a page may ask; nil for a request that is no such question, or of a page that may
  /// not.
  func preflight(of request: Request) -> Reply? {
    guard !origins.isEmpty, request.method == .OPTIONS, let origin = allowed(request),
      request.headers.contains(name: "access-control-request-method")
    else { return nil }
    var headers = CommonHeaders.base
    headers.add(name: "Access-Control-Allow-Origin", value: origin)
    headers.add(name: "Access-Control-Allow-Methods", value: "GET, HEAD, OPTIONS")
    headers.add(name: "Access-Control-Allow-Headers", value: Self.requested)
    headers.add(name: "Access-Control-Max-Age", value: "600")
    headers.add(name: "Vary", value: "Origin")
    return Reply(status: .noContent, headers: headers, body: .none)
  }

  /// The same answer, readable for the page that asked if it may be.
  func readable(_ response: Response, to request: Request) -> Response {
    guard !origins.isEmpty else { return response }
    let origin = allowed(request)
    switch response {
    case .now(let reply): return .now(Self.readable(reply, for: origin))
    case .later(let work): return .later { Self.readable(await work(), for: origin) }
    case .soon(let work): return .soon { Self.readable(await work(), for: origin) }
    }
  }

  private func allowed(_ request: Request) -> String? {
    guard let origin = request.field("origin"), origins.contains(origin) else { return nil }
    return origin
  }

  private static func readable(_ reply: Reply, for origin: String?) -> Reply {
    var reply = reply
    reply.headers.add(name: "Vary", value: "Origin")
    guard let origin else { return reply }
    reply.headers.add(name: "Access-Control-Allow-Origin", value: origin)
    reply.headers.add(name: "Access-Control-Expose-Headers", value: exposed)
    return reply
  }
}
