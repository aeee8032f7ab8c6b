import Dispatch
import OCI
import Synchronization
import Testing

@testable import Upstream

@Suite("Looking up names")
struct SystemResolverTests {
  private static let address = IPAddress.v4(0xC000_0201)

  @Test("Names that the name server does not answer for hold up nobody else, and come in time for who asks again")
  func slow() async throws {
    let answer = DispatchSemaphore(value: 0)
    let resolver = SystemResolver(limits: Limits()) { name in
      if name.hasPrefix("slow") { answer.wait() }
      return [Self.address]
    }
    await withTaskGroup(of: UpstreamFailure?.self) { group in
      for number in 0..<40 {
        group.addTask { await Self.failure(resolver, "slow\(number % 20).example", .milliseconds(20)) }
      }
      for await failure in group { #expect(failure == .timedOut(.connect)) }
    }
    #expect(resolver.load.overdue > 0)
    #expect(try await resolver.addresses(of: "quick.example", timeout: .seconds(10)) == [Self.address])
    for _ in 0..<40 { answer.signal() }
    #expect(try await resolver.addresses(of: "slow1.example", timeout: .seconds(10)) == [Self.address])
  }

  @Test("A name is looked up once for all who ask, and then remembered, also that it has no address")
  func once() async throws {
    let count = Mutex(0)
    // For longer than a busy machine takes for this.
    var limits = Limits()
    limits.missingNameLifetime = .seconds(3_600)
    limits.nameLifetime = .seconds(3_600)
    let resolver = SystemResolver(limits: limits) { name in
      count.withLock { $0 += 1 }
      return name == "none.example" ? [] : [Self.address]
    }
    try await withThrowingTaskGroup(of: [IPAddress].self) { group in
      for _ in 0..<20 { group.addTask { try await resolver.addresses(of: "a.example", timeout: .seconds(10)) } }
      for try await addresses in group { #expect(addresses == [Self.address]) }
    }
    for _ in 0..<3 { #expect(try await resolver.addresses(of: "none.example", timeout: .seconds(10)).isEmpty) }
    #expect(count.withLock { $0 } == 2)
  }

  @Test("Who does not want it any longer stops waiting")
  func cancelled() async throws {
    let answer = DispatchSemaphore(value: 0)
    let resolver = SystemResolver(limits: Limits()) { _ in
      answer.wait()
      return []
    }
    let waiting = Task { await Self.failure(resolver, "slow.example", .seconds(60)) }
    while resolver.load.running == 0 { await Task.yield() }
    waiting.cancel()
    #expect(await waiting.value == .cancelled)
    answer.signal()
  }

  private static func failure(_ resolver: SystemResolver, _ name: String, _ timeout: Duration) async -> UpstreamFailure?
  {
    do throws(UpstreamFailure) {
      _ = try await resolver.addresses(of: name, timeout: timeout)
      return nil
    } catch {
      return error
    }
  }
}
