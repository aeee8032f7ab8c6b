/// The proxies whose word about their clients is taken.
public struct TrustedProxies: Hashable, Sendable {
  /// Their networks, or `unix` for those at a Unix socket.
  public let networks: [OriginPattern]

  /// What a request's header fields say about those it came through.
  public struct Report: Hashable, Sendable {
    /// The values of `X-Forwarded-For`, in the order of the fields.
    public var forwardedFor: [String]
    /// Whether there is any `Forwarded`, `X-Forwarded-*`, `X-Real-IP` or `Via`.
    public var namesProxy: Bool

    /// A report of these fields.
    public init(forwardedFor: [String], namesProxy: Bool) {
      (self.forwardedFor, self.namesProxy) = (forwardedFor, namesProxy)
    }
  }

  /// Most addresses of `X-Forwarded-For` that are looked at.
  static let maxHops = 64

  /// Proxies in these networks; none are trusted without.
  public init(_ networks: [OriginPattern] = []) { self.networks = networks }

  /// Whether what stands in a request's header fields is this peer's own word.
  public func include(_ peer: ClientOrigin) -> Bool { networks.contains { $0.matches(peer) } }

  /// Where a request comes from: the peer itself, or the last address that trusted proxies do not have.
  ///
  /// Any other peer whose request says that it came through a proxy is nowhere in particular, so that no `from` fits it: the
  /// address that is known is the proxy's, and everybody behind it would have its rights. So is what a trusted proxy passes on
  /// without saying for whom, or with something that is no address.
  public func origin(of peer: ClientOrigin, _ report: Report) -> ClientOrigin {
    guard report.namesProxy || !report.forwardedFor.isEmpty else { return peer }
    guard include(peer) else { return .unknown }
    let hops = report.forwardedFor.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
    guard !hops.isEmpty, hops.count <= Self.maxHops else { return .unknown }
    var farthest = ClientOrigin.unknown
    for hop in hops.reversed() {
      guard let address = Self.address(hop) else { return .unknown }
      farthest = .address(address)
      guard include(farthest) else { return farthest }
    }
    return farthest
  }

  /// `192.0.2.7`, `192.0.2.7:1234`, `2001:db8::1` or `[2001:db8::1]:1234`: some proxies write the port.
  private static func address(_ text: Substring) -> NetworkAddress? {
    let text = text.drop { $0 == " " || $0 == "\t" }.trimmed
    guard text.utf8.count <= 64 else { return nil }
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]"), isPort(text[text.index(after: end)...]) else { return nil }
      return NetworkAddress(parsing: text[text.index(after: text.startIndex)..<end])
    }
    if let address = NetworkAddress(parsing: text) { return address }
    guard let colon = text.firstIndex(of: ":"), isPort(text[colon...]) else { return nil }
    return NetworkAddress(parsing: text[..<colon])
  }

  /// Nothing, or a colon and digits.
  private static func isPort(_ text: Substring) -> Bool {
    text.isEmpty
      || (2...6).contains(text.utf8.count) && text.hasPrefix(":") && text.utf8.dropFirst().allSatisfy { $0 &- 48 < 10 }
  }
}

extension Substring {
  /// Without blanks at its end.
  fileprivate var trimmed: Substring {
    var text = self
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
  }
}
