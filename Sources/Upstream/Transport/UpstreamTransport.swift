import AsyncHTTPClient
public import Memory
public import NIOCore
public import OCI
import Synchronization

/// The connections to all upstreams: one HTTP client for each host and way of trusting and waiting.
///
/// Shared by every `UpstreamClient`. Shut it down when none of them is used any more.
public final class UpstreamTransport: Sendable {
  let eventLoopGroup: any EventLoopGroup
  let userAgent: String
  let limits: Limits
  /// What documents may take of memory.
  let memory: MemoryBudget
  /// What credential helpers are run with, and where proxies are found that no upstream names.
  let environment: ProcessEnvironment
  /// The proxies that it names.
  let environmentProxies: ProxyEnvironment
  /// Names given by upstreams, resolved and judged.
  let hosts: HostAddresses
  private let state = Mutex(State())

  private struct State {
    var clients = ClientCache()
    var isShutDown = false
  }

  /// A transport on event loops that outlive it.
  ///
  /// - Parameters:
  ///   - eventLoopGroup: where connections live.
  ///   - userAgent: what upstreams are told about us, for example `berth/1.2.0`.
  ///   - limits: how large an answer's header may be.
  ///   - environment: where proxies are found (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`), and what helpers are run with.
  ///   - memory: what documents may take of memory.
  public convenience init(
    eventLoopGroup: any EventLoopGroup,
    userAgent: String,
    limits: Limits,
    environment: ProcessEnvironment,
    memory: MemoryBudget = MemoryBudget()
  ) {
    self.init(
      eventLoopGroup: eventLoopGroup,
      userAgent: userAgent,
      limits: limits,
      environment: environment,
      memory: memory,
      resolver: SystemResolver(limits: limits)
    )
  }

  init(
    eventLoopGroup: any EventLoopGroup,
    userAgent: String,
    limits: Limits,
    environment: ProcessEnvironment,
    memory: MemoryBudget = MemoryBudget(),
    resolver: any HostResolver
  ) {
    (self.eventLoopGroup, self.userAgent) = (eventLoopGroup, userAgent)
    (self.limits, self.environment) = (limits, environment)
    self.memory = memory
    environmentProxies = ProxyEnvironment(environment)
    hosts = HostAddresses(resolver: resolver, eventLoopGroup: eventLoopGroup, limits: limits)
  }

  /// How look-ups of names are doing.
  public var nameLookUps: NameLookUpLoad { hosts.load }

  /// Closes all connections, those in use included. Requests made later fail.
  public func shutdown() async {
    let clients = state.withLock { state in
      defer { state = State(isShutDown: true) }
      return state.clients.all
    }
    for client in clients { await client.close() }
  }

  /// Has later requests made over new connections, for which the certificates in files are read again. Bodies that arrive
  /// end over the connections that they came by.
  public func renew() {
    // They end outside the lock, where nobody uses them any more.
    let forgotten = state.withLock { state in
      defer { state.clients = ClientCache() }
      return state.clients
    }
    _ = forgotten
  }

  /// The client for a host.
  func client(for key: ClientCache.Key) throws(UpstreamFailure) -> PooledClient {
    if let client = state.withLock({ $0.clients.use(key) }) { return client }
    let configuration = try key.profile.configuration(for: key, limits: limits)
    let made = PooledClient(HTTPClient(eventLoopGroupProvider: .shared(eventLoopGroup), configuration: configuration))
    return try state.withLock { state throws(UpstreamFailure) in
      if state.isShutDown { throw .cancelled }
      // Somebody else may have made one meanwhile; theirs is kept, so that connections are shared.
      if let client = state.clients.use(key) { return client }
      state.clients.add(made, for: key)
      return made
    }
  }
}
