import NIOHTTP1
import OCI

/// A request to where a redirect leads. There is no way to hand it a configured credential.
struct BareRequest: WireRequest {
  let url: WebURL
  let method: HTTPMethod
  let headers: HTTPHeaders

  /// The request for `ask` at `url`; `token` goes along only if `url`'s own origin has given it.
  init(_ ask: RegistryAsk, at url: WebURL, token: AnonymousToken? = nil) {
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
