import BlockingIO
public import Logging
public import NIOCore
public import OCI
public import PullThrough
import Synchronization

/// The HTTP side of Berth: the distribution API for engines, and the admin listener for operators.
public final class RegistryServer: Sendable {
  private struct Listening {
    var acceptors: [Acceptor] = []
    var adminAcceptors: [Acceptor] = []
  }

  private let pullThrough: PullThrough
  private let limits: Limits
  private let group: any EventLoopGroup
  private let log: Logger
  private let lanes = BodyLanes(processors: System.coreCount)
  private let version: String
  private let inherited: InheritedSockets
  private let externalHost: String?
  private let browsers: Set<String>
  private let load: EventLoopLoad
  private let connections: OpenConnections
  private let adminConnections: OpenConnections
  private let identities = ListenerIdentities()
  private let rates: ClientRates?
  private let largeHeads: LargeHeads
  private let turns = RequestTurns()
  private let listening = Mutex(Listening())

  /// Nothing listens yet.
  /// - Parameters:
  ///   - version: that of this build, for operators.
  ///   - inherited: sockets that the service manager opened for the listeners to come.
  ///   - externalHost: the name by which clients know this Berth, if it has one; with or without a port.
  ///   - browsers: origins whose pages may read the registry's answers.
  public init(
    pullThrough: PullThrough,
    limits: Limits,
    group: any EventLoopGroup,
    version: String,
    inherited: InheritedSockets = .none,
    externalHost: String? = nil,
    browsers: Set<String> = [],
    log: Logger
  ) {
    self.version = version
    self.inherited = inherited
    (self.externalHost, self.browsers) = (externalHost, browsers)
    load = EventLoopLoad(group)
    self.pullThrough = pullThrough
    self.limits = limits
    self.group = group
    self.log = log
    let capacity = Self.capacity(limits, log)
    connections = OpenConnections(capacity: capacity, maxPerClient: limits.maxConnectionsPerClient, log: log)
    adminConnections = OpenConnections(
      capacity: ConnectionCapacity(
        configured: limits.maxAdminConnections,
        reserved: limits.reservedAdminConnections,
        descriptors: ConnectionCapacity.descriptors
      ),
      maxPerClient: nil,
      log: log
    )
    rates = limits.requestsPerSecondPerClient.map { ClientRates(perSecond: $0, maxClients: limits.maxCountedClients) }
    largeHeads = LargeHeads(maxCount: limits.maxLargeRequestHeaders)
  }

  /// Serves the distribution API at an address.
  /// - Returns: where it listens, with the port that was taken.
  public func serve(on settings: ListeningOptions) throws(ServerError) -> String {
    let responder = RegistryResponder(
      pullThrough: pullThrough,
      hosts: HostRule(settings, externalHost: externalHost),
      browsers: BrowserOrigins(origins: browsers),
      load: load,
      limits: limits
    )
    let opened = try open(settings, pipeline(responder, nil, connections, .registry, rates, maxBodyBytes: 0))
    listening.withLock { $0.acceptors.append(opened.acceptor) }
    return opened.address
  }

  /// Serves health, metrics and the admin API at an address.
  /// - Returns: where it listens, with the port that was taken.
  public func serveAdmin(on settings: ListeningOptions) throws(ServerError) -> String {
    let gate = AdminGate(hosts: HostRule(settings, externalHost: externalHost))
    let health = HealthEndpoints(pullThrough: pullThrough, connections: connections)
    let responder = AdminResponder(
      health: health,
      metrics: MetricsPage(
        pullThrough: pullThrough,
        health: health,
        identities: identities,
        load: load,
        bodyLanes: lanes,
        version: version
      ),
      api: AdminAPI(pullThrough, ServerStatus(version: version, connections: connections)),
      gate: gate,
      lanes: lanes.reading,
      limits: limits
    )
    let imports = ImportResponder(pullThrough: pullThrough, gate: gate, limits: limits)
    let opened: (acceptor: Acceptor, address: String)
    do throws(ServerError) {
      opened = try open(
        settings,
        pipeline(responder, imports, adminConnections, .admin, nil, maxBodyBytes: limits.maxAdminBodyBytes)
      )
    } catch .cannotListen(let address, let reason) {
      throw .cannotListenForAdmin(address: address, reason: reason)
    }
    listening.withLock { $0.adminAcceptors.append(opened.acceptor) }
    return opened.address
  }

  /// Reads the certificates of all listeners again, and shows them to connections that are opened from now on.
  /// - Returns: whether any listener has another certificate than before.
  /// - Throws: when one cannot be used; then all listeners show what they did.
  public func renewCertificates() throws(ServerError) -> Bool { try identities.renew() }

  /// Stops accepting, lets answers finish for as long as `grace` allows, and closes what is left. Operators are answered
  /// until engines are served: `/readyz` says meanwhile why no requests should be sent here.
  public func shutdown(grace: Duration) async {
    let (acceptors, adminAcceptors) = listening.withLock { listening in
      defer { listening = Listening() }
      return (listening.acceptors, listening.adminAcceptors)
    }
    identities.removeAll()
    // Said before clients can notice.
    connections.admitNoMore()
    for acceptor in acceptors { await acceptor.close() }
    let deadline = Task {
      try await Task.sleep(for: grace)
      let count = connections.count
      if count > 0 {
        log.warning("closing connections that are still being served", metadata: ["count": .stringConvertible(count)])
      }
      connections.closeAll()
      adminConnections.closeAll()
    }
    await connections.drain()
    for acceptor in adminAcceptors { await acceptor.close() }
    await adminConnections.drain()
    deadline.cancel()
  }

  private static func capacity(_ limits: Limits, _ log: Logger) -> ConnectionCapacity {
    let descriptors = ConnectionCapacity.descriptors
    let capacity = ConnectionCapacity(
      configured: limits.maxConnections,
      reserved: limits.reservedConnections,
      descriptors: descriptors
    )
    if capacity.count < limits.maxConnections {
      log.warning(
        "the process may have few descriptors: fewer clients are served at once",
        metadata: [
          "descriptors": "\(descriptors)", "connections": "\(capacity.count)", "of": "\(limits.maxConnections)",
        ]
      )
    }
    return capacity
  }

  private func pipeline(
    _ responder: any Responder,
    _ streamingResponder: (any StreamingResponder)?,
    _ connections: OpenConnections,
    _ refusals: Refusals,
    _ rates: ClientRates?,
    maxBodyBytes: Int
  ) -> ConnectionPipeline {
    ConnectionPipeline(
      responder: responder,
      streamingResponder: streamingResponder,
      maxBodyBytes: maxBodyBytes,
      refusals: refusals,
      rates: rates,
      connections: connections,
      largeHeads: largeHeads,
      turns: turns,
      lanes: lanes,
      limits: limits,
      observer: RequestObserver(metrics: pullThrough.metrics, log: log)
    )
  }

  private func open(
    _ settings: ListeningOptions,
    _ pipeline: ConnectionPipeline
  ) throws(ServerError) -> (acceptor: Acceptor, address: String) {
    let identity: ListenerIdentity? = if let files = settings.tls { try ListenerIdentity(files) } else { nil }
    let listener = Listener(
      settings: settings,
      inherited: inherited,
      identity: identity,
      connections: pipeline.connections,
      pipeline: pipeline,
      group: group
    )
    let acceptor = try listener.open()
    if let identity { identities.add(identity) }
    guard case .tcp(let host, _) = settings.address, let port = acceptor.port else {
      return (acceptor, settings.address.description)
    }
    return (acceptor, ListeningOptions.Address.tcp(host: host, port: port).description)
  }
}
