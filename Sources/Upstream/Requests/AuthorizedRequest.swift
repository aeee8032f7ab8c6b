import NIOHTTP1

/// A request to an endpoint's own origin: the only one that a registry's proof goes along with.
struct AuthorizedRequest: WireRequest {
  let url: WebURL
  let method: HTTPMethod
  let headers: HTTPHeaders

  /// The request for `ask` at `url`. Nil if `authorization` is meant for another origin.
  init?(_ ask: RegistryAsk, at url: WebURL, showing authorization: Authorization?) {
    var headers = ask.headers
    if let authorization, !authorization.apply(to: &headers, of: url) { return nil }
    (self.url, self.headers, method) = (url, headers, ask.method.http)
  }

  func refusal(_ reason: String) -> UpstreamFailure { .unreachable(reason) }
}
