import AsyncHTTPClient
import NIOCore

/// An HTTP client that is shut down when nobody holds it any more: neither a cache nor a body that is being read.
final class PooledClient: Sendable {
  let http: HTTPClient

  init(_ http: HTTPClient) { self.http = http }

  /// Closes all connections, those in use included. Further requests fail.
  func close() async {
    // Fails only if it has been shut down before.
    try? await http.shutdown().get()
  }

  deinit {
    // The client keeps itself alive until its connections are closed.
    _ = http.shutdown()
  }
}
