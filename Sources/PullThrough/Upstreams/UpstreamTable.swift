public import OCI
public import Upstream

/// The configured upstreams, ready to be asked.
///
/// A class, so that handing it out costs one reference count; it never changes, a reload makes a new one.
public final class UpstreamTable: Sendable {
  /// What clients may call them.
  public let names: UpstreamNames
  private let clients: [UpstreamName: any UpstreamRegistry]

  /// - Parameters:
  ///   - upstreams: with distinct names; of an alias that two claim, the first in order of names keeps it.
  ///   - hosts: which upstream a `Host` header means, by host with or without its port.
  ///   - ownName: what clients call this Berth, which `ns` may say; nil if that is not known.
  ///   - defaultUpstream: the name of one of them.
  public init(
    _ upstreams: [any UpstreamRegistry],
    hosts: [UpstreamName: UpstreamName] = [:],
    ownName: UpstreamName? = nil,
    defaultUpstream: UpstreamName
  ) {
    names = UpstreamNames(
      upstreams.map(\.settings),
      hosts: hosts,
      ownName: ownName,
      defaultUpstream: defaultUpstream
    )
    clients = Dictionary(upstreams.map { ($0.name, $0) }) { first, _ in first }
  }

  /// The names of these upstreams, of which none is ever asked.
  public init(
    naming upstreams: [UpstreamSettings],
    hosts: [UpstreamName: UpstreamName] = [:],
    defaultUpstream: UpstreamName
  ) {
    names = UpstreamNames(upstreams, hosts: hosts, defaultUpstream: defaultUpstream)
    clients = [:]
  }

  /// All of them, sorted by name.
  public var all: [any UpstreamRegistry] { names.all.compactMap { clients[$0] } }

  /// The upstream of that canonical name.
  public subscript(name: UpstreamName) -> (any UpstreamRegistry)? { clients[name] }
}
