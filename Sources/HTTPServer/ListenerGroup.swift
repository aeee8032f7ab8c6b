import NIOCore
import OCI
import Synchronization

/// Listeners whose connections share places, and how they end.
package final class ListenerGroup: Sendable {
  private let resources: ServerResources
  /// The connections that are open.
  package let connections: OpenConnections
  private let rates: ClientRates?
  private let acceptors = Mutex<[Acceptor]>([])

  /// Nothing listens yet.
  /// - Parameters:
  ///   - maxPerClient: most connections of one client address; nil for as many as there are.
  ///   - requestsPerSecond: most requests a second of one client address; nil for as many as it likes.
  package init(
    _ resources: ServerResources,
    capacity: ConnectionCapacity,
    maxPerClient: Int? = nil,
    requestsPerSecond: Int? = nil
  ) {
    self.resources = resources
    connections = OpenConnections(capacity: capacity, maxPerClient: maxPerClient, log: resources.log)
    rates = requestsPerSecond.map { ClientRates(perSecond: $0, maxClients: resources.limits.maxCountedClients) }
  }

  /// Serves a tenant at an address.
  /// - Returns: where it listens, with the port that was taken.
  package func open(_ settings: ListeningOptions, for tenant: Tenant) throws(ServerError) -> String {
    let identity: ListenerIdentity? = if let files = settings.tls { try ListenerIdentity(files) } else { nil }
    let listener = Listener(
      settings: settings,
      inherited: resources.inherited,
      identity: identity,
      connections: connections,
      pipeline: ConnectionPipeline(tenant, connections: connections, rates: rates, resources),
      group: resources.group
    )
    let acceptor = try listener.open()
    if let identity { resources.identities.add(identity) }
    acceptors.withLock { $0.append(acceptor) }
    guard case .tcp(let host, _) = settings.address, let port = acceptor.port else {
      return settings.address.description
    }
    return ListeningOptions.Address.tcp(host: host, port: port).description
  }

  /// Turns new connections away; those that are open go on.
  package func admitNoMore() { connections.admitNoMore() }

  /// Stops listening.
  package func stopListening() async {
    let acceptors = acceptors.withLock { acceptors in
      defer { acceptors = [] }
      return acceptors
    }
    for acceptor in acceptors { await acceptor.close() }
  }

  /// Lets answers finish, closes connections as they fall idle, and returns when none is left.
  package func drain() async { await connections.drain() }

  /// Closes whatever is left.
  package func closeAll() { connections.closeAll() }
}
