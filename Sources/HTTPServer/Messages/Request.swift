package import NIOCore
package import NIOHTTP1
package import OCI

/// One HTTP request, as far as endpoints look at it.
package struct Request: Sendable {
  package var method: HTTPMethod
  /// As sent: path and query.
  package var target: String
  package var headers: HTTPHeaders
  /// What was sent with it, on listeners that take bodies.
  package var body: ByteBuffer?
  /// What arrives with it, where that is not collected.
  package var stream: RequestBody?
  /// Who asks, as far as sharing is concerned.
  package var client: ClientKey
  /// Who is at the other end of the connection.
  package var peer: Peer

  package init(
    method: HTTPMethod,
    target: String,
    headers: HTTPHeaders,
    body: ByteBuffer? = nil,
    stream: RequestBody? = nil,
    client: ClientKey = .own,
    peer: Peer = .unknown
  ) {
    (self.method, self.target, self.headers) = (method, target, headers)
    (self.body, self.stream) = (body, stream)
    (self.client, self.peer) = (client, peer)
  }

  /// The field's only value; nil if it is missing. Of several, the first.
  package func field(_ name: String) -> String? {
    headers.first(name: name)
  }
}
