import BerthConfiguration
import OCI

/// What differs between the configuration in force and one that was read, by the file's keys. Pure.
struct ConfigurationChange {
  /// Keys whose change takes effect at once.
  let inForce: [String]
  /// Keys whose change takes effect when Berth is started again: sockets and the store stay what they were opened as.
  let needingRestart: [String]
  /// The configuration that is in force after this: what was read, but for the keys that need a restart.
  let result: Configuration

  init(from old: Configuration, to new: Configuration) {
    func changed(_ keys: [(String, Bool)]) -> [String] { keys.filter { !$0.1 }.map(\.0) }
    inForce = changed([
      ("upstreams", old.upstreams == new.upstreams && old.hosts == new.hosts),
      ("defaultUpstream", old.defaultUpstream == new.defaultUpstream),
      ("store", old.store.withPath(of: new.store) == new.store),
      ("pins", old.pins == new.pins),
      ("offline", old.offline == new.offline),
      ("warm", old.warm == new.warm),
      ("access", old.access == new.access),
      ("log.level", old.log.level == new.log.level),
    ])
    needingRestart = changed([
      ("listen", old.listeners == new.listeners),
      ("admin", old.admin == new.admin && old.adminUsers == new.adminUsers),
      ("externalURL", old.externalURL == new.externalURL),
      ("trustedProxies", old.trustedProxies == new.trustedProxies),
      ("metrics", old.metrics == new.metrics),
      (
        "access.identities.clientCertificates.authority",
        old.access.clientAuthority == new.access.clientAuthority
      ),
      ("browsers", old.browsers == new.browsers),
      ("store.path", old.store.path == new.store.path),
      ("downloads", old.limits.maxConcurrentDownloads == new.limits.maxConcurrentDownloads),
      (
        "clients",
        old.limits.maxConnectionsPerClient == new.limits.maxConnectionsPerClient
          && old.limits.requestsPerSecondPerClient == new.limits.requestsPerSecondPerClient
          && old.clientBandwidth == new.clientBandwidth
      ),
      ("log.format", old.log.format == new.log.format),
    ])
    var result = new
    result.listeners = old.listeners
    (result.admin, result.adminUsers) = (old.admin, old.adminUsers)
    result.externalURL = old.externalURL
    (result.trustedProxies, result.metrics, result.clientBandwidth) = (
      old.trustedProxies, old.metrics, old.clientBandwidth
    )
    result.browsers = old.browsers
    result.store.path = old.store.path
    result.limits = old.limits
    result.log.format = old.log.format
    self.result = result
  }
}

extension StoreSettings {
  /// These settings at the other's place.
  fileprivate func withPath(of other: StoreSettings) -> StoreSettings {
    var settings = self
    settings.path = other.path
    return settings
  }
}
