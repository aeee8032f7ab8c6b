import NIOCore
import NIOHTTP1
import OCI

/// A request to an endpoint's own origin: the only one that a registry's proof goes along with.
struct AuthorizedRequest: WireRequest {
  let url: WebURL
  let method: HTTPMethod
  let headers: HTTPHeaders

  /// The request for `ask` at `url`. Nil if `authorization` is meant for another origin.
  init?(_ ask: UpstreamRequest, at url: WebURL, showing authorization: Authorization?) {
    var headers = ask.headers
    if let authorization, !authorization.apply(to: &headers, of: url) { return nil }
    (self.url, self.headers, method) = (url, headers, ask.method.http)
  }

  func refusal(_ reason: String) -> UpstreamFailure { .unreachable(reason) }
}

/// A request ready to be sent. There are three kinds, and the type says who may see what:
///
/// | type | goes to | carries |
/// |---|---|---|
/// | `AuthorizedRequest` | an endpoint's own origin | the proof meant for that origin |
/// | `BareRequest` | where a redirect leads | nothing, or a token that its own origin gave to anybody |
/// | `TokenRequest` | a token service | credentials, if the service may see them |
///
/// So no credential can travel to an origin that it is not meant for.
protocol WireRequest: Sendable {
  var url: WebURL { get }
  var method: HTTPMethod { get }
  /// All fields but `Host`, `User-Agent` and `Accept-Encoding`, which each request gets alike.
  var headers: HTTPHeaders { get }
  /// What is sent along; nil for nothing.
  var body: ByteBuffer? { get }

  /// The failure if the address behind `url` may not be connected to.
  func refusal(_ reason: String) -> UpstreamFailure
}

extension WireRequest {
  var body: ByteBuffer? { nil }
}

/// A request to where a redirect leads. There is no way to hand it a configured credential.
struct BareRequest: WireRequest {
  let url: WebURL
  let method: HTTPMethod
  let headers: HTTPHeaders

  /// The request for `ask` at `url`; `token` goes along only if `url`'s own origin has given it.
  init(_ ask: UpstreamRequest, at url: WebURL, token: AnonymousToken? = nil) {
    var headers = ask.headers
    if let token { _ = Authorization.bearer(token.value, for: token.origin).apply(to: &headers, of: url) }
    (self.url, self.headers, method) = (url, headers, ask.method.http)
  }

  func refusal(_ reason: String) -> UpstreamFailure {
    .redirectRefused("\(url.origin.authority): \(reason); an operator can allow it with allowPrivateAddresses")
  }
}

/// A token that an origin's own token service gives to whoever asks.
struct AnonymousToken: Sendable {
  /// Who gave it, and who may see it.
  let origin: Origin
  let value: Secret
}
