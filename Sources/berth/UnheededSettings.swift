import Access
import BerthConfiguration

/// Settings that are read and checked, but that nothing in this version acts upon: who sets one is told, and rules that would let
/// somebody through who is not meant to keep Berth from starting.
struct UnheededSettings {
  /// Why this Berth does not serve such a configuration; nil if it does.
  let refusal: String?
  /// What has no effect.
  let warnings: [ConfigurationError.Problem]

  init(_ configuration: Configuration) {
    var unheeded: [String] = []
    if configuration.metrics != nil { unheeded.append("metrics") }
    if configuration.clientBandwidth != nil { unheeded.append("clients.bandwidth") }
    if configuration.listeners.contains(where: \.usesProxyProtocol) { unheeded.append("listen.proxyProtocol") }
    if configuration.listeners.contains(where: \.isMirror) { unheeded.append("listen.mirror") }
    if !configuration.trustedProxies.networks.isEmpty { unheeded.append("trustedProxies") }
    warnings = unheeded.map { .init(path: $0, "is read, but this version of Berth does not act upon it yet") }
    if case .rules = configuration.access {
      refusal =
        "access: this version of Berth reads rules but does not judge requests by them yet; it does not serve without them"
    } else {
      refusal = nil
    }
  }
}
