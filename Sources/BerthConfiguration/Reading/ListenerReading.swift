import Access
import OCI

extension Field {
  /// One listener, or a list of them; `tls` is for those that are written as a bare address.
  func listeners(tls: ServerIdentity?) -> [ListenerSettings] {
    var seen: Set<ListenAddress> = []
    func distinct(_ field: Field) -> ListenerSettings? {
      guard let listener = field.listener(tls: tls) else { return nil }
      // Port 0 means another port each time.
      if case .tcp(_, port: 0) = listener.address { return listener }
      guard seen.insert(listener.address).inserted else {
        field.refuse("\(listener.address) stands twice")
        return nil
      }
      return listener
    }
    guard case .sequence(let nodes) = node.content else { return distinct(self).map { [$0] } ?? [] }
    if nodes.isEmpty { refuse("expected at least one address such as 127.0.0.1:5000, found an empty list") }
    return list(of: "addresses", distinct) ?? []
  }

  /// One listener: a bare address, or a group with `address` and, if wanted, `tls`.
  func listener(tls: ServerIdentity?) -> ListenerSettings? {
    guard case .mapping = node.content else {
      return value(expected: "an address such as 127.0.0.1:5000, [::1]:5000 or unix:/run/berth.sock") {
        text throws(InvalidValue) in ListenerSettings(address: try ListenAddress(parsing: text), tls: tls)
      }
    }
    guard let section = section(ListenerKey.self) else { return nil }
    let identity = section[.tls]?.serverIdentity()
    guard let address = section[.address] else {
      section.lacks("the key 'address'")
      return nil
    }
    let hosts = section[.hosts]?.hostNames()
    var listener = address.listenAddress().map { ListenerSettings(address: $0, tls: identity, hosts: hosts ?? []) }
    listener?.isMirror = section[.mirror]?.boolean() ?? false
    listener?.usesProxyProtocol = section[.proxyProtocol]?.boolean() ?? false
    if listener?.usesProxyProtocol == true, case .unix? = listener?.address {
      section[.proxyProtocol]?.refuse("is for TCP balancers: nobody but this machine connects to a Unix socket")
    }
    return listener
  }

  /// The admin listener, and who may use it.
  func adminListener() -> (ListenerSettings?, AdminUsers) {
    guard case .mapping = node.content else { return (listener(tls: nil), AdminUsers()) }
    guard let section = section(AdminKey.self) else { return (nil, AdminUsers()) }
    var users = AdminUsers()
    users.users = section[.users]?.adminUsers() ?? []
    users.readers = section[.readers]?.adminUsers() ?? []
    guard let address = section[.address] else {
      section.lacks("the key 'address'")
      return (nil, users)
    }
    let (identity, hosts) = (section[.tls]?.serverIdentity(), section[.hosts]?.hostNames())
    return (
      address.listenAddress().map { ListenerSettings(address: $0, tls: identity, hosts: hosts ?? []) }, users
    )
  }

  /// A listener for machines that collect figures: as the admin listener is written, without users.
  func operatorListener() -> ListenerSettings? {
    let (listener, users) = adminListener()
    guard users.isEmpty else {
      refuse("nobody is asked who they are here: take users and readers away; they belong to 'admin'")
      return nil
    }
    return listener
  }

  /// People, not whoever comes.
  private func adminUsers() -> [Who]? {
    list(of: "names, patterns of names, or group:NAME") { field in
      guard let who = field.who() else { return nil }
      if who == .anonymous || who == .authenticated {
        field.refuse("\(who) is not enough for the admin API: write names, or group:NAME")
        return nil
      }
      return who
    }
  }

  private func hostNames() -> [UpstreamName]? {
    list(of: "host names") { $0.upstreamName("a host name such as berth.example") }
  }

  private func listenAddress() -> ListenAddress? {
    value(expected: "an address such as 127.0.0.1:5000") { text throws(InvalidValue) in try ListenAddress(parsing: text)
    }
  }

  /// A server's certificate and key; both must be named.
  func serverIdentity() -> ServerIdentity? {
    guard let section = section(TLSKey.self) else { return nil }
    let certificate = section[.certificate]?.file("the certificate")
    let key = section[.key]?.file("the private key")
    for required in TLSKey.allCases where section[required] == nil {
      section.lacks("the key '\(required.rawValue)'")
    }
    guard let certificate, let key, let certificateField = section[.certificate], let keyField = section[.key] else {
      return nil
    }
    checkIdentity(certificate: (certificateField, certificate), key: (keyField, key))
    return ServerIdentity(certificate: certificate, key: key)
  }
}
