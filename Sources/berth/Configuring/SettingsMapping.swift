import BerthConfiguration
import HTTPServer
import Logging
import OCI
import PullThrough
import Store
import Upstream

extension StoreOptions {
  /// A store as the configuration describes it.
  init(_ settings: StoreSettings) {
    self.init(path: settings.path)
    capacity.bound =
      switch settings.capacity {
      case .size(let size): .bytes(size.bytes)
      case .percent(let percent): .share(Double(percent) / 100)
      }
    capacity.highWater = Double(settings.highWater) / 100
    capacity.lowWater = Double(settings.lowWater) / 100
    capacity.keepFree =
      switch settings.keepFree {
      case .size(let size)?: .bytes(size.bytes)
      case .percent(let percent)?: .share(Double(percent) / 100)
      case nil: nil
      }
  }
}

extension Policy {
  /// What the configuration decides about answers without upstream.
  /// - Parameter isSafe: whether Berth was started to mend what it could not bear.
  init(_ configuration: Configuration, isSafe: Bool) {
    self.init()
    mayEvictPinned = isSafe
    isOffline = configuration.offline
  }
}

extension UpstreamTable {
  /// The upstreams that a configuration describes.
  /// - Parameter clients: those in use: one whose settings have not changed is kept, with its tokens and all that it has
  ///   learnt.
  convenience init(
    _ configuration: Configuration,
    reusing clients: [any UpstreamRegistry],
    transport: UpstreamTransport,
    log: Logger
  ) {
    let known = Dictionary(clients.map { ($0.name, $0) }) { first, _ in first }
    self.init(
      configuration.upstreams.map { settings in
        if let client = known[settings.name], client.settings == settings { return client }
        return UpstreamClient(settings, transport: transport, limits: configuration.limits, log: log)
      },
      hosts: configuration.hosts,
      ownName: configuration.externalURL.flatMap { try? UpstreamName(parsing: $0.authority) },
      defaultUpstream: configuration.defaultUpstream
    )
  }
}

extension ListeningOptions {
  /// A listener as the configuration describes it.
  /// - Parameter clientAuthority: the authorities whose certificates clients may show, where it speaks TLS.
  init(_ settings: ListenerSettings, clientAuthority: String? = nil) {
    let address: Address =
      switch settings.address {
      case .tcp(let host, let port): .tcp(host: host, port: port)
      case .unix(let path): .unix(path: path)
      }
    let tls = settings.tls.map {
      TLSFiles(certificatePath: $0.certificate, keyPath: $0.key, clientAuthorityPath: clientAuthority)
    }
    self.init(address: address, tls: tls, hosts: settings.hosts.map(\.description), isMirror: settings.isMirror)
  }
}

extension AccessSettings {
  /// The file of the authorities whose certificates clients may show; nil where certificates are nobody's.
  var clientAuthority: String? {
    switch self {
    case .unset, .open: nil
    case .rules(let rules): rules.clientCertificates?.authority
    }
  }
}
