import Access
import HTTPServer
import NIOHTTP1

/// Where a request comes from, as rules see it.
struct RequestSource: Sendable {
  /// The other end of the connection.
  let peer: ClientOrigin
  /// The client: the peer, or whom a trusted proxy names.
  let origin: ClientOrigin
  /// Whether the peer's word about its clients is taken.
  let isThroughTrustedProxy: Bool

  init(_ request: Request, trusting proxies: TrustedProxies) {
    let report = ForwardingFields.report(in: request.headers)
    peer = ClientOrigin(request.peer.address)
    isThroughTrustedProxy = report.namesProxy && proxies.include(peer)
    origin = report.namesProxy ? proxies.origin(of: peer, report) : peer
  }
}

extension ClientOrigin {
  /// The other end of a connection.
  init(_ address: Peer.Address) {
    self =
      switch address {
      case .ipv4(let bits): .address(NetworkAddress(ipv4: bits))
      case .ipv6(let bits): .address(NetworkAddress(ipv6: bits))
      case .unix: .unix
      case .unknown: .unknown
      }
  }
}
