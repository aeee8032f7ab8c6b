import AsyncHTTPClient
import NIOCore

/// A bounded cache of HTTP clients, one for each host.
///
/// A client dropped from here lives on until the last body that it serves has been read.
struct ClientCache {
  /// What a client is for.
  struct Key: Hashable {
    var profile: TransportProfile
    var scheme: Origin.Scheme
    /// The name or address in the URL, which the certificate has to be for.
    var host: String
    /// What to connect to wherever a URL says `host`, or, with a proxy, the address of that; nil for what is written.
    var address: IPAddress?
    /// What connects instead; nil for none.
    var proxy: Proxy?
  }

  private struct Entry {
    var client: PooledClient
    var lastUse: UInt64
  }

  /// Upstreams have one or two hosts each, and lead to a few more of content networks.
  static let capacity = 256

  private var entries: [Key: Entry] = [:]
  private var clock: UInt64 = 0

  var all: [PooledClient] { entries.values.map(\.client) }

  mutating func use(_ key: Key) -> PooledClient? {
    clock += 1
    entries[key]?.lastUse = clock
    return entries[key]?.client
  }

  mutating func add(_ client: PooledClient, for key: Key) {
    if entries.count >= Self.capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
      entries[oldest.key] = nil
    }
    clock += 1
    entries[key] = Entry(client: client, lastUse: clock)
  }
}

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
