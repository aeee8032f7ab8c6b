import OCI
import Testing

@testable import Upstream

@Suite("Waiting for a turn at an upstream")
struct AskAdmissionTests {
  private let name = Sample.name("a/b")

  private func limits(places: Int, waiting: Int, maxWait: Duration) -> Limits {
    var limits = Limits()
    (limits.maxConcurrentAsks, limits.keptAsks) = (places, 0)
    (limits.maxWaitingAsks, limits.maxAskWait) = (waiting, maxWait)
    return limits
  }

  /// A registry that keeps everybody waiting is not one that fails: none of those who were not asked counts for it.
  @Test("Waiting for our own limits is no failure of the endpoint's")
  func noFailure() async throws {
    let registry = try await RegistryDouble.start { _ in .init(ending: .stall, isSilent: true) }
    var bench = Bench(["http://\(registry.authority)"])
    bench.limits = limits(places: 2, waiting: 1_000, maxWait: .milliseconds(50))
    bench.settings.timeouts.firstByte = .seconds(2)
    let client = bench.client
    let failures = await withTaskGroup(of: UpstreamFailure?.self) { group in
      for number in 0..<50 {
        group.addTask { await failure { try await client.headManifest(name, Sample.tag("t\(number)")) } }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(failures.count { $0 == .overloaded } == 48)
    #expect(failures.count { $0 == .timedOut(.firstByte) } == 2)
    #expect(client.endpointStates.map(\.opening) == [nil])
    await bench.transport.shutdown()
    await registry.stop()
  }

  @Test("One more than may wait is refused at once")
  func refused() async throws {
    let admission = AskAdmission(limits: limits(places: 1, waiting: 0, maxWait: .seconds(60)))
    let failure = try await admission.run(for: name) { () async throws(UpstreamFailure) -> UpstreamFailure? in
      do throws(UpstreamFailure) {
        try await admission.run(for: name) {}
        return nil
      } catch {
        return error
      }
    }
    #expect(failure == .overloaded)
    #expect(admission.load == (0, 0))
  }

  @Test("Who does not want it any longer stops waiting")
  func cancelled() async throws {
    let admission = AskAdmission(limits: limits(places: 1, waiting: 10, maxWait: .seconds(60)))
    try await admission.run(for: name) { () async throws(UpstreamFailure) in
      let waiting = Task { await failureOfTurn(admission) }
      while admission.load.waiting == 0 { await Task.yield() }
      waiting.cancel()
      #expect(await waiting.value == .cancelled)
    }
  }

  private func failureOfTurn(_ admission: AskAdmission) async -> UpstreamFailure? {
    do throws(UpstreamFailure) {
      try await admission.run(for: name) {}
      return nil
    } catch {
      return error
    }
  }
}
