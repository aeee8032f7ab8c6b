import Access
import OCI
import Upstream

extension Configuration {
  /// The configuration as a YAML file that Berth reads back. Passwords that stand in the file are shown as `•••`.
  ///
  /// - Parameter listsAll: whether all upstreams are listed with all their settings; else those that are built in and as
  ///   they were are named in a comment, and of the others it is shown what differs from the defaults.
  public func describe(listsAll: Bool = false) -> String {
    let (shown, unchanged) = upstreamOutlines(listsAll: listsAll)
    var entries = outlinesOfListeners
    entries.append((.externalURL, externalURL.map { .value("\($0)") }))
    entries.append((.trustedProxies, trustedProxies.networks.isEmpty ? nil : trustedProxies.networks.outline))
    entries.append((.access, access.outline))
    entries.append((.browsers, .list(browsers.map { .value("\($0)") })))
    entries.append((.store, store.outline))
    entries.append((.pins, .list(pins.map { .value($0) })))
    entries.append((.defaultUpstream, .value("\(defaultUpstream)")))
    entries.append(
      (.downloads, .group([(DownloadKey.maxConcurrent.rawValue, .value("\(limits.maxConcurrentDownloads)"))]))
    )
    entries.append((.clients, outlineOfClients))
    entries.append((.offline, .value("\(offline)")))
    entries.append((.warm, .list(warm.map(\.outline))))
    entries.append((.log, log.outline))
    entries.append((.upstreams, shown.isEmpty ? nil : .group(shown)))
    let text = Outline.group(entries.compactMap { key, value in value.map { (key.rawValue, $0) } }).yaml
    return unchanged.isEmpty ? text : text + Self.comment(naming: unchanged)
  }

  private var outlinesOfListeners: [(RootKey, Outline?)] {
    [
      (.listen, .list(listeners.map(\.outline))),
      (.admin, admin?.outline(adminUsers)),
      (.metrics, metrics?.outline),
    ]
  }

  /// The upstreams with what is to be shown of each, and the names of those that are built in and as they were.
  private func upstreamOutlines(listsAll: Bool) -> (shown: [(String, Outline)], unchanged: [UpstreamName]) {
    if listsAll { return (upstreams.map { ($0.name.description, outline(of: $0)) }, []) }
    let builtIn = Dictionary(Configuration.default.upstreams.map { ($0.name, $0) }) { first, _ in first }
    var unchanged: [UpstreamName] = []
    let shown = upstreams.compactMap { upstream -> (String, Outline)? in
      let usual = builtIn[upstream.name] ?? UpstreamSettings(impliedBy: upstream.name)
      let difference = outline(of: upstream).difference(from: Configuration.default.outline(of: usual))
      if builtIn[upstream.name] != nil, difference.isEmpty {
        unchanged.append(upstream.name)
        return nil
      }
      return (upstream.name.description, difference)
    }
    return (shown, unchanged)
  }

  private static func comment(naming names: [UpstreamName]) -> String {
    var lines = ["# Built in, as they are (--all shows every setting):"]
    for name in names.map(\.description) {
      // Lines as wide as those of the sources.
      if lines.count == 1 || lines[lines.count - 1].count + name.count > 116 {
        lines.append("#   \(name)")
      } else {
        lines[lines.count - 1] += ", \(name)"
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func outline(of upstream: UpstreamSettings) -> Outline {
    let hostNames = hosts.filter { $0.value == upstream.name }.keys.sorted()
    let values: [(UpstreamKey, Outline)?] = [
      (.endpoints, .list(upstream.endpoints.map { .value("\($0)") })),
      (.aliases, .list(upstream.aliases.map { .value("\($0)") })),
      (.hosts, .list(hostNames.map { .value("\($0)") })),
      (.credentials, .list(upstream.credentials.map(\.outline))),
      (.tokenOrigins, .list(upstream.tokenOrigins.map { .value("\($0)") })),
      (.trustRoots, .list(upstream.trustRoots.map { .value($0) })),
      upstream.clientCertificate.map { (.clientCertificate, $0.outline) },
      (.proxy, .value(upstream.proxy.text)),
      (.allowPrivateAddresses, .value("\(upstream.allowPrivateAddresses)")),
      (.maxConcurrentTransfers, .value("\(upstream.maxConcurrentTransfers)")),
      (.prefetch, .value(upstream.prefetch.rawValue)),
      (.lazy, .value(upstream.lazy.rawValue)),
      (.tagFreshness, .value(DurationText.render(upstream.tagFreshness))),
      (.revalidationPatience, .value(DurationText.render(upstream.revalidationPatience))),
      (.maxStale, .value(DurationText.render(upstream.maxStale))),
      (.patience, .value(DurationText.render(upstream.patience))),
      (.timeouts, upstream.timeouts.outline),
    ]
    return .group(values.compactMap(\.self).map { ($0.rawValue, $1) })
  }
}

extension Configuration {
  /// nil where no client has limits of its own.
  fileprivate var outlineOfClients: Outline? {
    let texts = [
      (ClientsKey.maxConnections, limits.maxConnectionsPerClient.map { "\($0)" }),
      (.requestsPerSecond, limits.requestsPerSecondPerClient.map { "\($0)" }),
      (.bandwidth, clientBandwidth.map { "\($0)" }),
    ]
    let values = texts.compactMap { key, text in text.map { (key.rawValue, Outline.value($0)) } }
    return values.isEmpty ? nil : .group(values)
  }
}

extension ListenerSettings {
  fileprivate var outline: Outline {
    let address = (ListenerKey.address.rawValue, Outline.value("\(address)"))
    let names = hosts.isEmpty ? [] : [(ListenerKey.hosts.rawValue, Outline.list(hosts.map { .value("\($0)") }))]
    let flags = [(ListenerKey.mirror, isMirror), (.proxyProtocol, usesProxyProtocol)]
      .filter(\.1).map { ($0.0.rawValue, Outline.value("true")) }
    return .group([address] + (tls.map { [(ListenerKey.tls.rawValue, $0.outline)] } ?? []) + names + flags)
  }

  fileprivate func outline(_ users: AdminUsers) -> Outline {
    let lists = [(AdminKey.users, users.users), (.readers, users.readers)].filter { !$0.1.isEmpty }
    guard case .group(let values) = outline, !lists.isEmpty else { return outline }
    return .group(values + lists.map { ($0.0.rawValue, $0.1.outline) })
  }
}

extension ServerIdentity {
  fileprivate var outline: Outline {
    .group([(TLSKey.certificate.rawValue, .value(certificate)), (TLSKey.key.rawValue, .value(key))])
  }
}

extension ClientCertificate {
  fileprivate var outline: Outline {
    .group([(TLSKey.certificate.rawValue, .value(certificate)), (TLSKey.key.rawValue, .value(key))])
  }
}

extension StoreSettings {
  fileprivate var outline: Outline {
    .group(
      [
        (StoreKey.path.rawValue, .value(path)),
        (StoreKey.capacity.rawValue, .value("\(capacity)")),
        (StoreKey.highWater.rawValue, .value("\(highWater)%")),
        (StoreKey.lowWater.rawValue, .value("\(lowWater)%")),
      ] + (keepFree.map { [(StoreKey.keepFree.rawValue, .value("\($0)"))] } ?? [])
    )
  }
}

extension WarmSettings {
  fileprivate var outline: Outline {
    let chosen: Outline =
      switch platforms {
      case .all: .value("all")
      case .named(let platforms): .list(platforms.map { .value("\($0)") })
      }
    let values: [(WarmKey, Outline)] = [
      (.images, .list(images.map { .value($0) })), (.platforms, chosen), (.referrers, .value("\(includesReferrers)")),
      (.every, .value(DurationText.render(interval))),
    ]
    return .group(values.map { ($0.rawValue, $1) })
  }
}

extension LogSettings {
  fileprivate var outline: Outline {
    .group([(LogKey.level.rawValue, .value(level.rawValue)), (LogKey.format.rawValue, .value(format.rawValue))])
  }
}

extension UpstreamTimeouts {
  fileprivate var outline: Outline {
    .group(TimeoutKey.allCases.map { ($0.rawValue, .value(DurationText.render(self[keyPath: $0.property]))) })
  }
}

extension CredentialRule {
  fileprivate var outline: Outline {
    let patterns = repositories.map { Outline.value($0.description) }
    let restriction = patterns.isEmpty ? [] : [(CredentialKey.repositories.rawValue, Outline.list(patterns))]
    let lifetime = (CredentialKey.helperLifetime.rawValue, Outline.value(DurationText.render(helperLifetime)))
    return .group(
      source.outline.map { ($0.rawValue, .value($1)) } + (source.mayAskHelper ? [lifetime] : []) + restriction
    )
  }
}

extension CredentialSource {
  fileprivate var outline: [(CredentialKey, String)] {
    switch self {
    case .basic(let username, let password): [(.username, username), (.password, "\(password)")]
    case .passwordFile(let username, let path): [(.username, username), (.passwordFile, path)]
    case .dockerConfig(let path): [(.dockerConfig, path)]
    case .helper(let name): [(.helper, "\(name)")]
    }
  }

  /// Whether what it gives can come from a credential helper.
  fileprivate var mayAskHelper: Bool {
    switch self {
    case .basic, .passwordFile: false
    case .dockerConfig, .helper: true
    }
  }
}
