import BerthConfiguration

/// Settings that are read and checked, but that nothing in this version acts upon: who sets one is told.
struct UnheededSettings {
  /// What has no effect.
  let warnings: [ConfigurationError.Problem]

  init(_ configuration: Configuration) {
    var unheeded: [String] = []
    if configuration.metrics != nil { unheeded.append("metrics") }
    if configuration.clientBandwidth != nil { unheeded.append("clients.bandwidth") }
    if configuration.listeners.contains(where: \.usesProxyProtocol) { unheeded.append("listen.proxyProtocol") }
    let ineffective = unheeded.map { path in
      ConfigurationError.Problem(path: path, "is read, but this version of Berth does not act upon it yet")
    }
    warnings = ineffective + Self.warningsOfOpenAdmin(configuration)
  }

  /// Who names users there believes that others are kept out.
  private static func warningsOfOpenAdmin(_ configuration: Configuration) -> [ConfigurationError.Problem] {
    guard let admin = configuration.admin, !configuration.adminUsers.isEmpty else { return [] }
    return [
      ConfigurationError.Problem(
        path: "admin.users",
        "this version of Berth does not ask at the admin listener who somebody is yet: "
          + ListenerSettings.warningOfOpenAdmin(at: admin.address)
      )
    ]
  }
}
