/// Names and addresses of the machine itself.
enum LocalHost {
  /// Whether a host, as written, means the machine: `localhost` (RFC 6761 §6.3) or a loopback address.
  static func isNamed(by host: String) -> Bool {
    let name = host.hasSuffix(".") ? host.dropLast() : host[...]
    if name == "localhost" || name.hasSuffix(".localhost") { return true }
    return IPAddress(parsing: host).map { AddressPolicy.objection(to: $0) == "loopback address" } ?? false
  }
}
