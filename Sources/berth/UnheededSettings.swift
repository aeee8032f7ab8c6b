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
    if case .rules(let rules) = configuration.access, !rules.issuers.isEmpty {
      unheeded.append("access.identities.jwt")
    }
    warnings = unheeded.map { .init(path: $0, "is read, but this version of Berth does not act upon it yet") }
  }
}
