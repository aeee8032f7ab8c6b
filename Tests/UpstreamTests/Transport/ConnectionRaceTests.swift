import NIOCore
import NIOHTTP1
import OCI
import Testing

@testable import Upstream

@Suite("Which of several addresses is connected to")
struct ConnectionRaceTests {
  private static let refused = UpstreamFailure.unreachable("connection refused")
  private static let reset = UpstreamFailure.unreachable("no route to host")

  @Test(
    "The order of events",
    arguments: [
      (0, [], [.lost(.unreachable("name does not resolve"))]),
      (3, [.connected(0)], [.tryNext(0), .won(0)]),
      (3, [.delayPassed(0), .delayPassed(1), .connected(1)], [.tryNext(0), .tryNext(1), .tryNext(2), .won(1)]),
      (2, [.failed(0, refused), .delayPassed(0), .connected(1)], [.tryNext(0), .tryNext(1), .wait, .won(1)]),
      (2, [.delayPassed(0), .delayPassed(1), .failed(1, reset)], [.tryNext(0), .tryNext(1), .wait, .wait]),
      (2, [.failed(0, refused), .failed(1, reset)], [.tryNext(0), .tryNext(1), .lost(refused)]),
      (2, [.delayPassed(0), .deadlinePassed], [.tryNext(0), .tryNext(1), .lost(.timedOut(.connect))]),
    ] as [(Int, [ConnectionRace.Event], [ConnectionRace.Step])]
  )
  func table(count: Int, events: [ConnectionRace.Event], steps: [ConnectionRace.Step]) {
    var race = ConnectionRace(count: count)
    #expect([race.begin()] + events.map { race.take($0) } == steps)
  }

  @Test("Families in turn, the one that the system prefers first, and what worked lately before all")
  func order() throws {
    func addresses(_ texts: String...) throws -> [IPAddress] { try texts.map { try #require(IPAddress(parsing: $0)) } }
    let found = try addresses("2001:db8::1", "2001:db8::2", "2001:db8::3", "192.0.2.1", "192.0.2.2")
    let order = try addresses("2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2", "2001:db8::3")
    #expect(AddressOrder.sorted(found, good: nil, limit: 32) == order)
    #expect(AddressOrder.sorted(found, good: order[3], limit: 2) == [order[3], order[0]])
    #expect(AddressOrder.sorted(found, good: .v4(1), limit: 32) == order)
    #expect(AddressOrder.sorted([], good: .v4(1), limit: 32).isEmpty)
  }

  @Test("What worked lately is remembered until it fails, or for a while")
  func memory() {
    let now = ContinuousClock.now
    let host = GoodAddresses.Host(name: "a.example", port: 443)
    var good = GoodAddresses(Limits())
    good.worked(.v4(1), of: host, now: now)
    #expect(good.address(of: host, now: now) == .v4(1))
    #expect(good.address(of: .init(name: "a.example", port: 80), now: now) == nil)
    #expect(good.address(of: host, now: now + Limits().goodAddressLifetime) == nil)
    good.failed(.v4(2), of: host)
    #expect(good.address(of: host, now: now) == .v4(1))
    good.failed(.v4(1), of: host)
    #expect(good.address(of: host, now: now) == nil)
  }

  @Test("An endpoint and a redirect's target of many addresses, of which only the last listens")
  func dialling() async throws {
    let registry = try await RegistryDouble.start { request in
      request.path.hasPrefix("/data")
        ? .text("layer")
        : .redirect(to: "http://many.example:\(request.headers["Host"][0].split(separator: ":")[1])/data")
    }
    let many = (2..<9).map { "127.0.0.\($0)" } + ["127.0.0.1"]
    let resolver = TableResolver(table: ["many.example": many, "own.example": ["::1"] + many])
    var bench = Bench(["http://own.example:\(registry.port)"], resolver: resolver)
    bench.settings.allowPrivateAddresses = true
    bench.settings.timeouts.connect = .seconds(10)
    let client = bench.client
    for _ in 0..<2 {
      let transfer = try await client.getBlob(Sample.name("a/b"), Sample.digest("layer"))
      var text = ""
      for try await piece in transfer.body { text += String(buffer: piece) }
      #expect(text == "layer")
    }
    await bench.transport.shutdown()
    await registry.stop()
  }

  @Test("When nobody can be connected to, it is said why")
  func nobody() async throws {
    // No port that another test may take meanwhile.
    let resolver = TableResolver(table: ["many.example": ["127.0.0.2", "127.0.0.1"]])
    let bench = Bench(["http://many.example:1"], resolver: resolver)
    let client = bench.client
    let found = await failure { try await client.getManifest(Sample.name("a/b"), Sample.tag("a")) }
    #expect(found == .unreachable("connection refused"))
    await bench.transport.shutdown()
  }
}
