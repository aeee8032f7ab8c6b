/// Whose name a request may give as `Host`, on a listener that only this machine reaches.
///
/// A web page can have its own name point at this machine (DNS rebinding); its visitor's browser then takes this Berth for
/// the page's server, and shows it what Berth may see. Such a request carries the page's name, which always has a dot.
package struct HostRule: Sendable {
  /// What container engines on a desktop call the machine that they run on.
  private static let machineName = "host.docker.internal"

  /// Whether only this machine can connect, over a protocol that browsers speak.
  package let isLoopback: Bool
  /// Names that are this Berth's own, besides the upstreams' `hosts`: lower case, without ports.
  package let names: Set<String>

  package init(_ settings: ListeningOptions, externalHost: String?) {
    switch settings.address {
    case .unix: isLoopback = false
    case .tcp(let host, _): isLoopback = host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }
    names = Set((settings.hosts + [externalHost].compactMap { $0 }).map { HostAuthority($0).host })
  }

  /// Why a request is refused; nil if it may be answered.
  /// - Parameter isOurs: whether the tenant knows the field as a name of its own.
  package func refusal(of host: String?, isOurs: (String) -> Bool = { _ in false }) -> String? {
    guard isLoopback, let host else { return nil }
    let authority = HostAuthority(host)
    if authority.isAddress || !authority.host.contains(".") && !authority.isBracketed { return nil }
    if authority.host.hasSuffix(".localhost") || authority.host == Self.machineName { return nil }
    if names.contains(authority.host) || isOurs(host) { return nil }
    let shown = authority.host.utf8.count <= 255 && authority.host.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    return """
      \(shown ? authority.host : "the name in Host") is no name of this mirror, which listens for this machine alone. If it \
      should be one, add it to the listener's hosts: or as externalURL: in Berth's configuration
      """
  }
}

/// The parts of a `Host` field (RFC 9110 §7.2).
package struct HostAuthority {
  /// In lower case, without brackets, port and final dot.
  package let host: String
  /// Whether it stood in brackets, as IPv6 addresses do.
  package let isBracketed: Bool

  package init(_ text: String) {
    var rest = Substring(text.lowercased())
    isBracketed = rest.hasPrefix("[")
    if isBracketed {
      rest = rest.dropFirst().prefix { $0 != "]" }
    } else {
      rest = rest.prefix { $0 != ":" }
      if rest.hasSuffix(".") { rest.removeLast() }
    }
    host = String(rest)
  }

  /// Whether nobody's name server had a say in it: an IP address, or nothing.
  package var isAddress: Bool {
    if host.isEmpty { return !isBracketed }
    return isBracketed ? IPText.isVersion6(host) : IPText.isVersion4(host)
  }
}
