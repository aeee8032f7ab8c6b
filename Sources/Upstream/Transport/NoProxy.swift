/// Names and addresses of the machine itself.
enum LocalHost {
  /// Whether a host, as written, means the machine: `localhost` (RFC 6761 §6.3) or a loopback address.
  static func isNamed(by host: String) -> Bool {
    let name = host.hasSuffix(".") ? host.dropLast() : host[...]
    if name == "localhost" || name.hasSuffix(".localhost") { return true }
    return IPAddress(parsing: host).map { AddressPolicy.objection(to: $0) == "loopback address" } ?? false
  }
}

/// The hosts that `NO_PROXY` lists: those that are asked without a proxy. Pure.
///
/// | entry | covers |
/// |---|---|
/// | `*` | everything |
/// | `example.com` | the name and all below it |
/// | `.example.com`, `*.example.com` | all below it |
/// | `192.0.2.7`, `2001:db8::7`, `[2001:db8::7]` | the address, where a URL has it in place of a name |
/// | `192.0.2.0/24`, `2001:db8::/32` | the addresses of the network, likewise |
/// | each name or single address with `:port` | that port alone |
///
/// Entries are parted by commas or spaces. What can be none of these covers nothing.
struct NoProxy: Sendable {
  private enum Host: Sendable {
    case all
    case name(String, isItselfCovered: Bool)
    case network(IPAddress, length: Int)
  }

  private let entries: [(host: Host, port: Int?)]

  init(parsing text: String) {
    entries = text.split { $0 == "," || $0 == " " || $0 == "\t" }.compactMap { Self.entry(String($0).lowercased()) }
  }

  func covers(_ origin: Origin) -> Bool {
    let address = IPAddress(parsing: origin.host)
    let name = origin.host.hasSuffix(".") ? String(origin.host.dropLast()) : origin.host
    return entries.contains { entry in
      guard entry.port == nil || entry.port == origin.port else { return false }
      switch entry.host {
      case .all: return true
      case .name(let domain, let isItselfCovered):
        return address == nil && (name.hasSuffix(".\(domain)") || isItselfCovered && name == domain)
      case .network(let network, let length): return address?.shares(length, bitsWith: network) ?? false
      }
    }
  }

  private static func entry(_ text: String) -> (host: Host, port: Int?)? {
    if text == "*" { return (.all, nil) }
    if let slash = text.firstIndex(of: "/") {
      guard let network = IPAddress(parsing: text[..<slash]), let length = Int(text[text.index(after: slash)...]),
        (0...network.bitCount).contains(length)
      else { return nil }
      return (.network(network, length: length), nil)
    }
    // An address of IPv6 without brackets has colons of its own.
    if let address = IPAddress(parsing: text) { return (.network(address, length: address.bitCount), nil) }
    guard let (host, port) = parted(text) else { return nil }
    if let address = IPAddress(parsing: host) { return (.network(address, length: address.bitCount), port) }
    let domain = host.hasPrefix("*.") ? host.dropFirst(2) : host.hasPrefix(".") ? host.dropFirst() : host
    guard !domain.isEmpty, !domain.contains("*"), !domain.contains(":") else { return nil }
    return (.name(String(domain), isItselfCovered: domain.count == host.count), port)
  }

  /// `host[:port]`, the brackets of an address of IPv6 taken away.
  private static func parted(_ text: String) -> (Substring, Int?)? {
    var host = text[...]
    var port: Int?
    if let colon = text.lastIndex(of: ":"), text[colon...].last != "]" {
      guard let number = Int(text[text.index(after: colon)...]), (1...65_535).contains(number) else { return nil }
      (host, port) = (text[..<colon], number)
    }
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    return (host, port)
  }
}
