import NIOCore
import OCI
import Store
import Testing
import Upstream

@testable import PullThrough

/// What a tag stands for: asked once, believed for a while, then confirmed, moved, gone, or served as last seen.
@Suite struct TagStoryTests {
  private let image = SampleImage("first", layers: [noise(100, seed: 1)])
  private let next = SampleImage("next", layers: [noise(100, seed: 2)])

  /// A scene in which the tag's image was pulled, and so long ago.
  private func pulled(ago seconds: Int64, _ configure: (inout UpstreamSettings) -> Void = { _ in }) async throws
    -> Scene
  {
    let scene = try Scene(settings: configure)
    scene.registry.put(image, as: scene.tag, in: scene.repository.name)
    let first = try await scene.manifest(.tag(scene.tag))
    #expect(first.manifest.digest == image.digest && first.warning == nil)
    #expect(scene.takeCounts() == [.getManifest: 1], "a tag that nobody knows costs one GET")
    scene.clock.advance(seconds)
    return scene
  }

  @Test func aFreshTagCostsNothing() async throws {
    let scene = try await pulled(ago: 59)
    let again = try await scene.manifest(.tag(scene.tag))
    #expect(Array(again.manifest.bytes.readableBytesView) == image.manifest)
    #expect(scene.takeCounts().isEmpty)
  }

  @Test func aStaleTagCostsOneHeadForAllWhoAsk() async throws {
    let scene = try await pulled(ago: 60)
    let gate = Gate()
    scene.registry.with { $0.gates[.headManifest] = gate }
    let tag = scene.tag
    let clients = (0..<20).map { _ in Task { try await scene.manifest(.tag(tag)).manifest.digest } }
    await gate.hasSeen()
    gate.open()
    for client in clients { #expect(try await client.value == image.digest) }
    #expect(scene.takeCounts() == [.headManifest: 1])
    _ = try await scene.manifest(.tag(tag))
    #expect(scene.takeCounts().isEmpty, "it is fresh again")
  }

  @Test func aTagThatHasMovedIsFetchedByItsNewDigest() async throws {
    let scene = try await pulled(ago: 60)
    scene.registry.put(next, as: scene.tag, in: scene.repository.name)
    #expect(try await scene.manifest(.tag(scene.tag)).manifest.digest == next.digest)
    #expect(scene.takeCounts() == [.headManifest: 1, .getManifest: 1])
    #expect(scene.pullThrough.metrics.upstream(scene.repository.upstream).tagMoves.current == 1)
    #expect(try await scene.manifest(.digest(image.digest)).manifest.digest == image.digest, "the old one is held")
  }

  @Test func aTagThatIsGoneIsGone() async throws {
    let scene = try await pulled(ago: 60)
    scene.registry.with { $0.tags = [:] }
    let tag = scene.tag
    for _ in 0..<2 {
      let error = await failure { () throws(PullThroughError) in try await scene.manifest(.tag(tag)) }
      #expect(error == .manifestUnknown(scene.repository, .tag(tag)))
    }
    scene.registry.with { $0.failures = [.headManifest: .unreachable("away"), .getManifest: .unreachable("away")] }
    #expect(await failure { () throws(PullThroughError) in try await scene.manifest(.tag(tag)) } != nil)
    #expect(try scene.store.tag(scene.repository, tag) == nil)
  }

  /// One that is refused is not served as last seen until it has been shown again, whatever trouble comes after.
  @Test func aTagThatIsRefusedIsNotServedAsLastSeen() async throws {
    let scene = try await pulled(ago: 60)
    let tag = scene.tag
    let denied = UpstreamFailure.denied(status: 401)
    scene.registry.with { $0.failures = [.headManifest: denied, .getManifest: denied] }
    let error = await failure { () throws(PullThroughError) in try await scene.manifest(.tag(tag)) }
    guard case .denied(_, 401, _) = error else { return #expect(Bool(false), "\(String(describing: error))") }
    scene.registry.with { $0.failures = [.headManifest: .unreachable("away")] }
    let after = await failure { () throws(PullThroughError) in try await scene.manifest(.tag(tag)) }
    guard case .upstreamFailed = after else { return #expect(Bool(false), "\(String(describing: after))") }
    scene.registry.with { $0.failures = [:] }
    #expect(try await scene.manifest(.tag(tag)).manifest.digest == image.digest)
  }

  @Test(
    "A HEAD that denies what is held is checked by a GET",
    arguments: [UpstreamFailure.notFound, .denied(status: 403), .absenceUnclear, .failed(status: 405, message: nil)]
  )
  func headAgainstGet(_ failure: UpstreamFailure) async throws {
    let scene = try await pulled(ago: 60)
    scene.registry.with { $0.failures[.headManifest] = failure }
    let found = try await scene.manifest(.tag(scene.tag))
    #expect(found.manifest.digest == image.digest && found.warning == nil)
    #expect(scene.takeCounts() == [.headManifest: 1, .getManifest: 1])
  }

  @Test func aTagThatHeadKnowsAndGetDoesNotIsTroubleAndNoAbsence() async throws {
    let scene = try await pulled(ago: 60)
    scene.registry.with { state in
      state.headNamesDigests = false
      state.failures[.getManifest] = .notFound
    }
    let found = try await scene.manifest(.tag(scene.tag))
    #expect(found.manifest.digest == image.digest && found.warning != nil)
    #expect(try scene.store.tag(scene.repository, scene.tag) != nil)
  }

  @Test(
    "While the upstream is in trouble, the last good answer is served with a warning",
    arguments: [
      UpstreamFailure.unreachable("away"), .timedOut(.firstByte), .rateLimited(retryAfter: .seconds(7), kind: .pulls),
      .failed(status: 503, message: nil), .resting(for: .seconds(1), after: .unreachable("away")), .overloaded,
      .tlsFailed("no"), .memoryUsedUp,
    ]
  )
  func trouble(_ failure: UpstreamFailure) async throws {
    let scene = try await pulled(ago: 3_600)
    scene.registry.with { $0.failures = [.headManifest: failure, .getManifest: failure] }
    let stale = try await scene.manifest(.tag(scene.tag))
    #expect(stale.manifest.digest == image.digest && stale.warning != nil)
  }

  @Test func whatWasConfirmedTooLongAgoIsNotServed() async throws {
    let scene = try await pulled(ago: 3_601)
    scene.registry.with { $0.failures[.headManifest] = .rateLimited(retryAfter: .seconds(7), kind: .pulls) }
    let tag = scene.tag
    let error = await failure { () throws(PullThroughError) in try await scene.manifest(.tag(tag)) }
    #expect(error == .rateLimited(scene.repository.upstream, retryAfterSeconds: 7))
  }

  @Test func aSlowUpstreamHoldsUpNobodyWhoCanBeAnswered() async throws {
    let scene = try await pulled(ago: 60) { $0.revalidationPatience = .milliseconds(5) }
    let gate = Gate()
    scene.registry.put(next, as: scene.tag, in: scene.repository.name)
    scene.registry.with { $0.gates[.headManifest] = gate }
    let stale = try await scene.manifest(.tag(scene.tag))
    #expect(stale.manifest.digest == image.digest && stale.warning != nil)
    gate.open()
    let tag = scene.tag
    #expect(try await scene.pullThrough.services.tags.confirmNow(tag, in: scene.repository).digest == next.digest)
  }

  @Test func whoeverIsOfflineServesWhatIsHeldHoweverOldItIs() async throws {
    let scene = try await pulled(ago: 1_000_000)
    var policy = Policy()
    policy.isOffline = true
    scene.pullThrough.reload(upstreams: scene.pullThrough.upstreams, policy: policy)
    let found = try await scene.manifest(.tag(scene.tag))
    #expect(found.manifest.digest == image.digest && found.warning == nil)
    let missing = try Tag(parsing: "2")
    let error = await failure { () throws(PullThroughError) in try await scene.manifest(.tag(missing)) }
    #expect(error == .offline(scene.repository, .manifest(.tag(missing))))
    #expect(scene.takeCounts().isEmpty)
  }

  /// Where GETs are counted, a HEAD may show that a new tag stands for what is held by another name.
  @Test func aNewTagOfWhatIsHeldIsNotPulledAgain() async throws {
    let scene = try await pulled(ago: 1)
    let latest = try Tag(parsing: "latest")
    scene.registry.put(image, as: latest, in: scene.repository.name)
    scene.registry.with { $0.countsPulls = true }
    #expect(try await scene.manifest(.tag(latest)).manifest.digest == image.digest)
    #expect(scene.takeCounts() == [.headManifest: 1])
  }

  @Test func whatIsServedHasTheDigestThatWasAskedFor() async throws {
    let scene = try await pulled(ago: 1)
    let (name, claimed, wrong) = (scene.repository.name, next.digest, image.manifest)
    scene.registry.with { $0.manifests[name, default: [:]][claimed] = (wrong, .ociManifest) }
    let error = await failure { () throws(PullThroughError) in try await scene.manifest(.digest(claimed)) }
    guard case .contentMismatch = error else { return #expect(Bool(false), "\(String(describing: error))") }
    #expect(try await !scene.holds(claimed))
  }
}
