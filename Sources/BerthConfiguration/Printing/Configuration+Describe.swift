import OCI
import Upstream

extension Configuration {
  /// The configuration as a YAML file that Berth reads back. Passwords that stand in the file are shown as `•••`.
  ///
  /// - Parameter listsAll: whether all upstreams are listed with all their settings; else those that are built in and as
  ///   they were are named in a comment, and of the others it is shown what differs from the defaults.
  public func describe(listsAll: Bool = false) -> String {
    let (shown, unchanged) = upstreamOutlines(listsAll: listsAll)
    let text = Outline.group(
      [
        (RootKey.listen.rawValue, .list(listeners.map(\.outline))),
        admin.map { (RootKey.admin.rawValue, $0.outline) },
        externalURL.map { (RootKey.externalURL.rawValue, .value("\($0)")) },
        (RootKey.browsers.rawValue, .list(browsers.map { .value("\($0)") })),
        (RootKey.store.rawValue, store.outline),
        (RootKey.pins.rawValue, .list(pins.map { .value($0) })),
        (RootKey.defaultUpstream.rawValue, .value("\(defaultUpstream)")),
        (
          RootKey.downloads.rawValue,
          .group([(DownloadKey.maxConcurrent.rawValue, .value("\(limits.maxConcurrentDownloads)"))])
        ),
        limits.outlineOfClients.map { (RootKey.clients.rawValue, $0) },
        (RootKey.offline.rawValue, .value("\(offline)")),
        (RootKey.warm.rawValue, .list(warm.map(\.outline))),
        (RootKey.log.rawValue, log.outline),
        shown.isEmpty ? nil : (RootKey.upstreams.rawValue, .group(shown)),
      ].compactMap(\.self)
    ).yaml
    return unchanged.isEmpty ? text : text + Self.comment(naming: unchanged)
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
      (.tagFreshness, .value(DurationText.render(upstream.tagFreshness))),
      (.revalidationPatience, .value(DurationText.render(upstream.revalidationPatience))),
      (.maxStale, .value(DurationText.render(upstream.maxStale))),
      (.patience, .value(DurationText.render(upstream.patience))),
      (.timeouts, upstream.timeouts.outline),
    ]
    return .group(values.compactMap(\.self).map { ($0.rawValue, $1) })
  }
}

extension Limits {
  /// nil where no client has limits of its own.
  fileprivate var outlineOfClients: Outline? {
    let values = [
      (ClientsKey.maxConnections, maxConnectionsPerClient), (.requestsPerSecond, requestsPerSecondPerClient),
    ].compactMap { key, value in value.map { (key.rawValue, Outline.value("\($0)")) } }
    return values.isEmpty ? nil : .group(values)
  }
}

extension ListenerSettings {
  fileprivate var outline: Outline {
    let address = (ListenerKey.address.rawValue, Outline.value("\(address)"))
    let names = hosts.isEmpty ? [] : [(ListenerKey.hosts.rawValue, Outline.list(hosts.map { .value("\($0)") }))]
    return .group([address] + (tls.map { [(ListenerKey.tls.rawValue, $0.outline)] } ?? []) + names)
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
