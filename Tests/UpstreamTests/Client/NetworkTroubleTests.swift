import NIOCore
import NIOHTTP1
import NIOPosix
import OCI
import Testing

@testable import Upstream

@Suite("Trouble on the way to a registry")
struct NetworkTroubleTests {
  private let name = Sample.name("a/b")

  private func manifest(_ bench: Bench) async -> UpstreamFailure? {
    let client = bench.client
    let found = await failure { try await client.getManifest(name, Sample.tag("a")) }
    await bench.transport.shutdown()
    return found
  }

  @Test("Nobody listens")
  func refused() async throws {
    let registry = try await RegistryDouble.start { _ in .text("{}") }
    await registry.stop()
    #expect(await manifest(Bench(["http://\(registry.authority)"])) == .unreachable("connection refused"))
  }

  @Test("The name is unknown")
  func unknown() async {
    #expect(await manifest(Bench(["http://no-such-host.invalid"])) == .unreachable("name does not resolve"))
  }

  @Test("Somebody listens and says nothing")
  func silent() async throws {
    let registry = try await RegistryDouble.start { _ in .init(ending: .stall, isSilent: true) }
    var bench = Bench(["http://\(registry.authority)"])
    bench.settings.timeouts.firstByte = .milliseconds(200)
    #expect(await manifest(bench) == .timedOut(.firstByte))
    await registry.stop()
  }

  @Test("Nobody takes the connection")
  func unaccepted() async throws {
    // A listener with a full queue lets further connections hang.
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 1).serverChannelOption(.autoRead, value: false)
      .bind(host: "127.0.0.1", port: 0).get()
    let port = try #require(listener.localAddress?.port)
    var fillers: [any Channel] = []
    while let filler = try? await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(.milliseconds(200)).connect(host: "127.0.0.1", port: port).get()
    {
      fillers.append(filler)
    }
    var bench = Bench(["http://127.0.0.1:\(port)"])
    bench.settings.timeouts.connect = .milliseconds(100)
    bench.settings.timeouts.tls = .milliseconds(100)
    #expect(await manifest(bench) == .timedOut(.connect))
    for filler in fillers { try await filler.close() }
    try await listener.close()
  }

  @Test("The connection is closed instead of answered: once more, then it is said")
  func closed() async throws {
    let registry = try await RegistryDouble.start { _ in .init(isSilent: true) }
    #expect(await manifest(Bench(["http://\(registry.authority)"])) == .unanswered("connection closed"))
    #expect(registry.requests.count == 2)
    await registry.stop()
  }

  @Test("A connection that was closed while idle costs a second request and no failure")
  func idleClose() async throws {
    let visits = Counter()
    let registry = try await RegistryDouble.start { _ in visits.next() == 2 ? .init(isSilent: true) : .text("{}") }
    try await Bench.run([registry]) { client in
      _ = try await client.getManifest(name, Sample.tag("a"))
      _ = try await client.getManifest(name, Sample.tag("b"))
    }
    #expect(registry.requests.count == 3)
  }

  @Test("What listens does not speak HTTP")
  func notHTTP() async throws {
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Greeter()) }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let port = try #require(listener.localAddress?.port)
    #expect(await manifest(Bench(["http://127.0.0.1:\(port)"])) == .protocolViolation("not an HTTP answer"))
    try await listener.close()
  }

  @Test("An upstream without an endpoint")
  func noEndpoint() async {
    #expect(await manifest(Bench([])) == .unreachable("no endpoint is configured"))
  }

  @Test("A document that drips is given up")
  func dripping() async throws {
    let registry = try await RegistryDouble.start { _ in
      .init(headers: ["Content-Length": "100"], pieces: [[0x7B]], ending: .stall)
    }
    var bench = Bench(["http://\(registry.authority)"])
    bench.settings.timeouts.read = .milliseconds(100)
    #expect(await manifest(bench) == .timedOut(.read))
    await registry.stop()
  }

  @Test("After shutdown nothing is asked")
  func shutdown() async throws {
    let registry = try await RegistryDouble.start { _ in .text("{}") }
    let bench = Bench(["http://\(registry.authority)"])
    await bench.transport.shutdown()
    #expect(await manifest(bench) == .cancelled)
    await registry.stop()
  }
}

/// Answers whatever it is told with a greeting, as a mail server does.
private final class Greeter: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  // Not before it is spoken to: a connection that speaks first is closed, and another one tried until time is up.
  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "220 mail.example ESMTP\r\n")), promise: nil)
  }
}
