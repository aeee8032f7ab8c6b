public import OCI
public import Upstream

/// The configured upstreams, by every name that a client may use for one.
///
/// What a client sends is only ever looked up here; nothing it sends is dialled (security.md F10).
public struct UpstreamNames: Sendable {
  private let canonicalNames: [UpstreamName: UpstreamName]
  private let byHost: [UpstreamName: UpstreamName]
  private let implyingLibrary: Set<UpstreamName>
  /// The upstream of names that select none.
  public let defaultUpstream: UpstreamName
  /// Canonical names, sorted.
  public let all: [UpstreamName]

  /// The names of these upstreams.
  /// - Parameters:
  ///   - upstreams: with distinct names; of an alias that two claim, the first in order of names keeps it.
  ///   - hosts: which upstream a `Host` header means, by host with or without its port.
  ///   - defaultUpstream: the name of one of them.
  public init(
    _ upstreams: [UpstreamSettings],
    hosts: [UpstreamName: UpstreamName] = [:],
    defaultUpstream: UpstreamName
  ) {
    let sorted = upstreams.sorted { $0.name < $1.name }
    var canonicalNames = Dictionary(sorted.map { ($0.name, $0.name) }) { first, _ in first }
    for upstream in sorted {
      for alias in upstream.aliases where canonicalNames[alias] == nil { canonicalNames[alias] = upstream.name }
    }
    self.canonicalNames = canonicalNames
    byHost = hosts
    implyingLibrary = Set(sorted.filter(\.impliesLibrary).map(\.name))
    self.defaultUpstream = defaultUpstream
    all = sorted.map(\.name)
  }

  /// The canonical name of the upstream that `text` names or is an alias of.
  func canonicalName(_ text: some StringProtocol) -> UpstreamName? {
    guard let name = try? UpstreamName(parsing: text) else { return nil }
    return canonicalNames[name]
  }

  /// The upstream that a `Host` header is mapped to, with or without its port.
  func upstream(forHost host: String) -> UpstreamName? {
    guard !byHost.isEmpty, let name = try? UpstreamName(parsing: host) else { return nil }
    if let mapped = byHost[name] { return mapped }
    guard let colon = host.lastIndex(of: ":"), let bare = try? UpstreamName(parsing: host[..<colon]) else { return nil }
    return byHost[bare]
  }

  /// Whether a name of one segment means `library/<name>` there.
  func impliesLibrary(_ upstream: UpstreamName) -> Bool { implyingLibrary.contains(upstream) }
}
