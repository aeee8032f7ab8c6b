public import OCI
public import Upstream

/// The configured upstreams, by every name that a client may use for one.
///
/// What a client sends is only ever looked up here; nothing it sends is dialled.
public struct UpstreamNames: Sendable {
  private let canonicalNames: [UpstreamName: UpstreamName]
  private let byHost: [UpstreamName: UpstreamName]
  private let ownName: UpstreamName?
  private let implyingLibrary: Set<UpstreamName>
  /// The upstream of names that select none.
  public let defaultUpstream: UpstreamName
  /// Canonical names, sorted.
  public let all: [UpstreamName]

  /// The names of these upstreams.
  /// - Parameters:
  ///   - upstreams: with distinct names; of an alias that two claim, the first in order of names keeps it.
  ///   - hosts: which upstream a `Host` header means, by host with or without its port.
  ///   - ownName: what clients call this Berth, which `ns` may say; nil if that is not known.
  ///   - defaultUpstream: the name of one of them.
  public init(
    _ upstreams: [UpstreamSettings],
    hosts: [UpstreamName: UpstreamName] = [:],
    ownName: UpstreamName? = nil,
    defaultUpstream: UpstreamName
  ) {
    let sorted = upstreams.sorted { $0.name < $1.name }
    var canonicalNames = Dictionary(sorted.map { ($0.name, $0.name) }) { first, _ in first }
    for upstream in sorted {
      for alias in upstream.aliases where canonicalNames[alias] == nil { canonicalNames[alias] = upstream.name }
    }
    self.canonicalNames = canonicalNames
    byHost = hosts
    self.ownName = ownName
    implyingLibrary = Set(sorted.filter(\.impliesLibrary).map(\.name))
    self.defaultUpstream = defaultUpstream
    all = sorted.map(\.name)
  }

  /// The canonical name of the upstream that `text` names or is an alias of.
  public func canonicalName(_ text: some StringProtocol) -> UpstreamName? {
    Self.spellings(of: text).lazy.compactMap { canonicalNames[$0] }.first
  }

  /// The upstream that a `Host` header is mapped to, with or without its port.
  func upstream(forHost host: String) -> UpstreamName? {
    guard !byHost.isEmpty else { return nil }
    if let mapped = Self.spellings(of: host).lazy.compactMap({ byHost[$0] }).first { return mapped }
    guard let colon = host.lastIndex(of: ":") else { return nil }
    return Self.spellings(of: host[..<colon]).lazy.compactMap { byHost[$0] }.first
  }

  /// Whether a `Host` header is one that the configuration maps to an upstream.
  public func isMappedHost(_ host: String) -> Bool { upstream(forHost: host) != nil }

  /// Whether `text` is what clients call this Berth itself.
  func isOwnName(_ text: some StringProtocol) -> Bool {
    guard let ownName else { return false }
    return Self.spellings(of: text).contains(ownName)
  }

  /// The names that a text may stand for: itself; without the final dot of a complete domain name; without a port that a
  /// scheme has by default. Case is folded by ``UpstreamName``.
  private static func spellings(of text: some StringProtocol) -> [UpstreamName] {
    if let name = try? UpstreamName(parsing: text) {
      guard let bare = withoutDefaultPort(text), let other = try? UpstreamName(parsing: bare) else { return [name] }
      return [name, other]
    }
    let colon = text.lastIndex(of: ":") ?? text.endIndex
    guard text[..<colon].hasSuffix(".") else { return [] }
    let dotless = "\(text[..<colon].dropLast())\(text[colon...])"
    return [dotless, withoutDefaultPort(dotless)].compactMap { $0.flatMap { try? UpstreamName(parsing: $0) } }
  }

  private static func withoutDefaultPort(_ text: some StringProtocol) -> String? {
    for port in [":443", ":80"] where text.hasSuffix(port) { return String(text.dropLast(port.count)) }
    return nil
  }

  /// Whether a name of one segment means `library/<name>` there.
  package func impliesLibrary(_ upstream: UpstreamName) -> Bool { implyingLibrary.contains(upstream) }
}
