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
    let hosts = section[.hosts]?.list(of: "host names") { $0.upstreamName("a host name such as berth.example") }
    return address.value(expected: "an address such as 127.0.0.1:5000") {
      text throws(InvalidValue) in
      ListenerSettings(address: try ListenAddress(parsing: text), tls: identity, hosts: hosts ?? [])
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
