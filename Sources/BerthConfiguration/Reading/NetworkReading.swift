import Upstream

extension ProxySetting {
  /// The setting as it is written in the file, without a password.
  var text: String {
    switch self {
    case .environment: "environment"
    case .direct: "direct"
    case .proxy(let proxy): "\(proxy)"
    }
  }
}

extension Field {
  /// A proxy, or where to find out about one.
  func proxySetting() -> ProxySetting? {
    let expected = "environment, direct, or a proxy such as http://proxy.example:3128"
    let setting = value(expected: expected) { text throws(InvalidValue) -> ProxySetting in
      switch text {
      case "environment": return .environment
      case "direct": return .direct
      default:
        guard let proxy = Proxy(parsing: text) else { throw InvalidValue(expected: expected, found: text) }
        return .proxy(proxy)
      }
    }
    if case .proxy(let proxy)? = setting, proxy.hasPassword, context.isWorldReadable {
      warn("everybody on this machine can read the password in this URL: chmod the file to 600")
    }
    return setting
  }

  /// The certificate that Berth shows to an upstream, and its key.
  func clientCertificate() -> ClientCertificate? {
    guard let section = section(TLSKey.self) else { return nil }
    let certificate = section[.certificate]?.file("the client certificate")
    let key = section[.key]?.file("the key of the client certificate")
    for missing in TLSKey.allCases where section[missing] == nil {
      section.lacks("\(missing.rawValue): the path of a PEM file")
    }
    guard let certificate, let key, let certificateField = section[.certificate], let keyField = section[.key] else {
      return nil
    }
    checkIdentity(certificate: (certificateField, certificate), key: (keyField, key))
    return ClientCertificate(certificate: certificate, key: key)
  }
}
