import NIOCore
import NIOHTTP1

/// A request ready to be sent. There are three kinds, and the type says who may see what:
///
/// | type | goes to | carries |
/// |---|---|---|
/// | `AuthorizedRequest` | an endpoint's own origin | the proof meant for that origin |
/// | `BareRequest` | where a redirect leads | nothing, or a token that its own origin gave to anybody |
/// | `TokenRequest` | a token service | credentials, if the service may see them |
///
/// So no credential can travel to an origin that it is not meant for (security rules F01, F04, F05).
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
