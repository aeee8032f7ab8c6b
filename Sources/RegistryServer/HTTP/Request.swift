import NIOCore
import NIOHTTP1
import OCI

/// One HTTP request, as far as the endpoints look at it.
struct Request: Sendable {
  var method: HTTPMethod
  /// As sent: path and query.
  var target: String
  var headers: HTTPHeaders
  /// What was sent with it, on listeners that take bodies.
  var body: ByteBuffer?
  /// Who asks.
  var client = ClientKey.own

  /// The field's only value; nil if it is missing. Of several, the first.
  func field(_ name: String) -> String? {
    headers.first(name: name)
  }
}
