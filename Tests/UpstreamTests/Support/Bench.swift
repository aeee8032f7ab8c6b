import Logging
import NIOPosix
import OCI

@testable import Upstream

/// An upstream client pointed at doubles, with patience for tests.
struct Bench {
  let transport: UpstreamTransport
  var settings: UpstreamSettings
  var limits = Limits()

  /// A client for an upstream at `endpoints`.
  init(_ endpoints: [String], resolver: (any HostResolver)? = nil, environment: [String: String] = [:]) {
    let group = MultiThreadedEventLoopGroup.singleton
    transport = UpstreamTransport(
      eventLoopGroup: group,
      userAgent: "berth/test",
      limits: Limits(),
      environment: ProcessEnvironment(environment),
      resolver: resolver ?? SystemResolver(limits: Limits())
    )
    settings = UpstreamSettings(
      name: Sample.upstream("registry.example"),
      endpoints: endpoints.compactMap { Endpoint(parsing: $0) }
    )
    settings.timeouts.connect = .seconds(2)
    settings.timeouts.tls = .seconds(2)
    settings.timeouts.firstByte = .seconds(5)
    settings.timeouts.read = .milliseconds(300)
  }

  var client: UpstreamClient {
    UpstreamClient(settings, transport: transport, limits: limits, log: Logger(label: "test"))
  }

  /// Runs a test against doubles that are stopped behind it.
  static func run(
    _ doubles: [RegistryDouble],
    resolver: (any HostResolver)? = nil,
    environment: [String: String] = [:],
    configure: (inout Bench) -> Void = { _ in },
    _ body: (UpstreamClient) async throws -> Void
  ) async throws {
    var bench = Bench(["http://\(doubles[0].authority)"], resolver: resolver, environment: environment)
    configure(&bench)
    do {
      try await body(bench.client)
    } catch {
      await bench.end(doubles)
      throw error
    }
    await bench.end(doubles)
  }

  private func end(_ doubles: [RegistryDouble]) async {
    await transport.shutdown()
    for double in doubles { await double.stop() }
  }
}

/// Resolves names from a table; counts nothing, waits for nothing.
struct TableResolver: HostResolver {
  var table: [String: [String]]
  let load = NameLookUpLoad()

  func addresses(of host: String, timeout: Duration) async throws(UpstreamFailure) -> [IPAddress] {
    (table[host] ?? []).compactMap { IPAddress(parsing: $0) }
  }
}

/// The failure of `body`; nil if it has none.
func failure(_ body: () async throws -> some Any) async -> UpstreamFailure? {
  do {
    _ = try await body()
    return nil
  } catch {
    return (error as? UpstreamError)?.failure
  }
}
