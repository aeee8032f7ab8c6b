import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import OCI

/// Requests of which a proxy is told the whole URL (RFC 9112 §3.2.2): those in the clear. Many proxies connect to no other port
/// than 443, and answer such requests from caches of their own.
enum ForwardedRequest {
  /// Whether a proxy is handed the requests for a host, and does not connect to it.
  static func isUsed(for scheme: Origin.Scheme) -> Bool { scheme == .http }

  /// The request to the proxy. ``AbsoluteTarget`` gives it its target when it leaves.
  static func request(for url: WebURL, through proxy: Proxy) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: WebURL(origin: proxy.origin, path: url.path, query: url.query).text)
    request.headers.add(name: "Host", value: url.origin.authority)
    if let credential = proxy.credential {
      let proof = HTTPClient.Authorization.basic(username: credential.username, password: credential.password.reveal())
      request.headers.add(name: "Proxy-Authorization", value: proof.headerValue)
    }
    return request
  }

  /// Sends a request's URL whole, by the host that its header names.
  final class AbsoluteTarget: ChannelOutboundHandler {
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
      guard case .head(var head) = unwrapOutboundIn(data), let host = head.headers.first(name: "Host") else {
        return context.write(data, promise: promise)
      }
      head.uri = "\(Origin.Scheme.http.rawValue)://\(host)\(head.uri)"
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    }
  }
}
