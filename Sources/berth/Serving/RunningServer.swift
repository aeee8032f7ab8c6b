import Access
import Administration
import BerthConfiguration
import HTTPServer
import Logging
import Memory
import NIOCore
import NIOPosix
import OCI
import PullThrough
import RegistryServer
import Store
import Upstream

/// All parts of a serving Berth, put together from a configuration.
struct RunningServer {
  private let store: Store
  private let transport: UpstreamTransport
  private let pullThrough: PullThrough
  private let server: RegistryServer
  private let accessWatch: AccessWatch
  private let warmSchedule: WarmSchedule
  private let pinKeeper: PinKeeper
  private let isSafe: Bool
  private let grantConfirming: Task<Void, Never>
  private let log: Logger

  /// Opens the store and the listeners.
  /// - Parameter isSafe: whether pins and warm lists are left alone, and pinned images can be evicted by name.
  /// - Throws: `StoreError` or `ServerError`, each of which says what to do.
  static func start(
    _ configuration: Configuration,
    _ kept: KeptImages,
    isSafe: Bool,
    log: Logger
  ) async throws -> RunningServer {
    var options = StoreOptions(configuration.store)
    options.onIndexFailure = { IndexFailureExit.schedule(after: $0, log: log) }
    // Where nobody is asked, nothing could be confirmed.
    options.trustsEarlierGrants = configuration.offline
    let store = try Store.open(options, log: log)
    // Lives as long as the process: connections to upstreams may end on it when nobody waits for them any more.
    let group = MultiThreadedEventLoopGroup.singleton
    let memory = MemoryBudget()
    let transport = UpstreamTransport(
      eventLoopGroup: group,
      userAgent: "berth/\(BerthVersion.current)",
      limits: configuration.limits,
      environment: .ofThisProcess(),
      memory: memory
    )
    let pullThrough = PullThrough(
      store: store,
      upstreams: UpstreamTable(configuration, reusing: [], transport: transport, log: log),
      policy: Policy(configuration, isSafe: isSafe),
      limits: configuration.limits,
      memory: memory,
      log: log
    )
    let administration = Administration(pullThrough)
    let authority = try Authority(configuration, transport: transport, log: log)
    let accessWatch = AccessWatch(configuration.access, authority: authority, log: log) { problem in
      pullThrough.metrics.accessProblem = problem
    }
    let inherited = InheritedSockets(PassedSockets.take())
    let server = RegistryServer(
      pullThrough: pullThrough,
      administration: administration,
      limits: configuration.limits,
      group: group,
      version: BerthVersion.current,
      inherited: inherited,
      externalHost: configuration.externalURL?.authority,
      browsers: Set(configuration.browsers.map(\.description)),
      access: AccessOptions(
        authority: authority,
        trustedProxies: configuration.trustedProxies,
        externalURL: configuration.externalURL?.description
      ),
      log: log
    )
    let running = RunningServer(
      store: store,
      transport: transport,
      pullThrough: pullThrough,
      server: server,
      accessWatch: accessWatch,
      warmSchedule: WarmSchedule(administration.warming),
      pinKeeper: PinKeeper(administration.pins),
      isSafe: isSafe,
      grantConfirming: Task { await pullThrough.confirmEarlierGrants() },
      log: log
    )
    do {
      try running.listen(configuration, log)
      if let address = inherited.unused.first { throw ServerError.socketNotConfigured(address: address) }
    } catch {
      await running.stop(grace: .zero)
      throw error
    }
    running.keep(kept)
    running.expect(configuration)
    accessWatch.start()
    return running
  }

  /// Serves from now on as another configuration says, as far as that can be changed while running: see
  /// ``ConfigurationChange``. Transfers under way end as they began.
  func apply(_ configuration: Configuration, _ kept: KeptImages, _ access: AccessSnapshot) {
    accessWatch.follow(configuration.access, access)
    let table = UpstreamTable(configuration, reusing: pullThrough.upstreams.all, transport: transport, log: log)
    pullThrough.reload(upstreams: table, policy: Policy(configuration, isSafe: isSafe))
    transport.renew()
    store.setCapacity(StoreOptions(configuration.store).capacity)
    keep(kept)
    expect(configuration)
  }

  /// Makes the series of the upstreams that are expected to be used, so that the first error of one is seen to be new.
  private func expect(_ configuration: Configuration) {
    for name in configuration.namedUpstreams { _ = metrics.upstream(name) }
  }

  /// Reads the listeners' certificates again.
  /// - Returns: whether any has changed.
  /// - Throws: `ServerError` when one cannot be used; then none changes.
  func renewCertificates() throws -> Bool { try server.renewCertificates() }

  private func keep(_ kept: KeptImages) {
    if isSafe { return }
    pinKeeper.keep(kept.pins)
    warmSchedule.replace(kept.warm)
  }

  /// What is counted while serving.
  var metrics: Metrics { pullThrough.metrics }

  /// Ends in order: no new requests, answers under way, connections to upstreams, the store.
  func stop(grace: Duration) async {
    accessWatch.stop()
    warmSchedule.replace([])
    await pinKeeper.stop()
    grantConfirming.cancel()
    await grantConfirming.value
    await server.shutdown(grace: grace)
    await pullThrough.shutdown()
    await transport.shutdown()
    await store.close()
  }

  private func listen(_ configuration: Configuration, _ log: Logger) throws {
    for listener in configuration.listeners {
      let address = try server.serve(
        on: ListeningOptions(listener, clientAuthority: configuration.access.clientAuthority)
      )
      log.info("serving", metadata: ["address": "\(address)", "tls": .stringConvertible(listener.tls != nil)])
    }
    if let admin = configuration.admin {
      let address = try server.serveAdmin(on: ListeningOptions(admin))
      log.info("serving health and metrics", metadata: ["address": "\(address)"])
    }
    log.info(
      "ready",
      metadata: ["version": "\(BerthVersion.current)", "store": "\(configuration.store.path)"]
    )
  }
}
