import AdminAPI
public import Administration
public import HTTPServer
public import Logging
public import NIOCore
public import OCI
public import PullThrough
import RegistryAPI

/// The HTTP side of Berth: the distribution API for engines, and the admin listener for operators.
public final class RegistryServer: Sendable {
  private let pullThrough: PullThrough
  private let administration: Administration
  private let limits: Limits
  private let log: Logger
  private let version: String
  private let externalHost: String?
  private let browsers: Set<String>
  private let resources: ServerResources
  private let clients: ListenerGroup
  private let operators: ListenerGroup
  private let access: AccessOptions

  /// Nothing listens yet.
  /// - Parameters:
  ///   - version: that of this build, for operators.
  ///   - inherited: sockets that the service manager opened for the listeners to come.
  ///   - externalHost: the name by which clients know this Berth, if it has one; with or without a port.
  ///   - browsers: origins whose pages may read the registry's answers.
  ///   - access: who asks, and what they may do.
  public init(
    pullThrough: PullThrough,
    administration: Administration,
    limits: Limits,
    group: any EventLoopGroup,
    version: String,
    inherited: InheritedSockets = .none,
    externalHost: String? = nil,
    browsers: Set<String> = [],
    access: AccessOptions = AccessOptions(),
    log: Logger
  ) {
    (self.pullThrough, self.administration) = (pullThrough, administration)
    (self.limits, self.log) = (limits, log)
    self.access = access
    self.version = version
    (self.externalHost, self.browsers) = (externalHost, browsers)
    resources = ServerResources(group: group, limits: limits, inherited: inherited, log: log)
    clients = ListenerGroup(
      resources,
      capacity: Self.capacity(limits, log),
      maxPerClient: limits.maxConnectionsPerClient,
      requestsPerSecond: limits.requestsPerSecondPerClient
    )
    operators = ListenerGroup(
      resources,
      capacity: ConnectionCapacity(
        configured: limits.maxAdminConnections,
        reserved: limits.reservedAdminConnections,
        descriptors: ConnectionCapacity.descriptors
      )
    )
  }

  /// Serves the distribution API at an address.
  /// - Returns: where it listens, with the port that was taken.
  public func serve(on settings: ListeningOptions) throws(ServerError) -> String {
    let responder = RegistryResponder(
      pullThrough: pullThrough,
      hosts: HostRule(settings, externalHost: externalHost),
      browsers: BrowserOrigins(origins: browsers),
      access: AccessControl(
        authority: access.authority,
        isMirror: settings.isMirror,
        trusting: access.trustedProxies,
        externalURL: access.externalURL
      ),
      load: resources.load,
      limits: limits
    )
    let tenant = Tenant(responder: responder, refusals: RegistryRefusals(), outcomes: RequestOutcomes())
    return try clients.open(settings, for: tenant)
  }

  /// Serves health, metrics and the admin API at an address.
  /// - Returns: where it listens, with the port that was taken.
  public func serveAdmin(on settings: ListeningOptions) throws(ServerError) -> String {
    let api = OperatorAPI(
      administration: administration,
      hosts: HostRule(settings, externalHost: externalHost),
      clients: clients.connections,
      resources: resources,
      version: version,
      limits: limits
    )
    let tenant = Tenant(
      responder: api.responder,
      takesBodies: true,
      refusals: AdminRefusals(),
      outcomes: RequestOutcomes()
    )
    do throws(ServerError) {
      return try operators.open(settings, for: tenant)
    } catch .cannotListen(let address, let reason) {
      throw .cannotListenForAdmin(address: address, reason: reason)
    }
  }

  /// Reads the certificates of all listeners again, and shows them to connections that are opened from now on.
  /// - Returns: whether any listener has another certificate than before.
  /// - Throws: when one cannot be used; then all listeners show what they did.
  public func renewCertificates() throws(ServerError) -> Bool { try resources.identities.renew() }

  /// Stops accepting, lets answers finish for as long as `grace` allows, and closes what is left. Operators are answered
  /// until engines are served: `/readyz` says meanwhile why no requests should be sent here.
  public func shutdown(grace: Duration) async {
    resources.identities.removeAll()
    // Said before clients can notice.
    clients.admitNoMore()
    await clients.stopListening()
    let deadline = Task { [clients, operators, log] in
      try await Task.sleep(for: grace)
      let count = clients.connections.count
      if count > 0 {
        log.warning("closing connections that are still being served", metadata: ["count": .stringConvertible(count)])
      }
      clients.closeAll()
      operators.closeAll()
    }
    await clients.drain()
    await operators.stopListening()
    await operators.drain()
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
}
