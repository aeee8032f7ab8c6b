import OCI
import Store
import Testing
import Upstream

@testable import PullThrough

/// One digest, one transfer: joined, left, carried on, verified, kept or passed through.
@Suite struct TransferStoryTests {
  private static let large = noise(300_000, seed: 4)
  private let large = Self.large
  private let digest = Digest.of(Self.large)

  private func scene(
    capacity: StoreCapacity = StoreCapacity(),
    _ bodies: InMemoryRegistry.Body...,
    limits: (inout Limits) -> Void = { _ in }
  ) throws -> Scene {
    let scene = try Scene(capacity: capacity, limits: limits)
    scene.registry.put(large, in: scene.repository.name)
    scene.registry.with { $0.bodies = bodies }
    return scene
  }

  @Test(arguments: [0, 1, 1_000, 32 << 10, (32 << 10) + 1, 300_000])
  func smallAndLarge(size: Int) async throws {
    let scene = try Scene()
    let bytes = Array(large.prefix(size))
    scene.registry.put(bytes, in: scene.repository.name)
    #expect(try await scene.blob(Digest.of(bytes)) == bytes)
    #expect(try await scene.holds(Digest.of(bytes)))
    #expect(try await scene.blob(Digest.of(bytes)) == bytes)
    #expect(scene.takeCounts() == [.open: 1])
  }

  @Test func whoeverComesMeanwhileJoins() async throws {
    let gate = Gate()
    let scene = try scene(.waits(at: 100_000, gate))
    let digest = digest
    let clients = (0..<30).map { _ in Task { try await scene.blob(digest) } }
    await gate.hasSeen()
    gate.open()
    for client in clients { #expect(try await client.value == large) }
    #expect(scene.takeCounts() == [.open: 1])
  }

  @Test func aTransferGoesOnWhenEverybodyHasLeft() async throws {
    let gate = Gate()
    let scene = try scene(.waits(at: 100_000, gate))
    do {
      guard case .following(let follower, let total) = try await scene.pullThrough.blob(digest, in: scene.repository)
      else { return #expect(Bool(false), "it is arriving") }
      #expect(total == 300_000)
      _ = try await scene.bytes(of: follower, 0..<1_000)
    }
    let download = try #require(scene.pullThrough.services.downloads.running(digest, for: scene.repository.upstream))
    #expect(!download.hasFollowers)
    gate.open()
    try await download.attendance.whenEnded()
    #expect(try await scene.holds(digest))
  }

  @Test func aBodyThatBreaksOffIsCarriedOn() async throws {
    let scene = try scene(.breaks(at: 50_000), .breaks(at: 120_000))
    #expect(try await scene.blob(digest) == large)
    #expect(scene.takeCounts() == [.open: 3])
    let ranges = scene.registry.with { $0.ranges }
    #expect(ranges.dropFirst() == [.from(50_000), .from(120_000)])
  }

  @Test func anUpstreamWithoutRangesSendsItAgain() async throws {
    let scene = try scene(.breaks(at: 50_000))
    scene.registry.with { $0.servesRanges = false }
    #expect(try await scene.blob(digest) == large)
  }

  @Test func anUpstreamThatSaysNoLengthIsReadToTheEnd() async throws {
    let scene = try scene()
    scene.registry.with { $0.tellsLength = false }
    #expect(try await scene.blob(digest) == large)
    #expect(try await scene.holds(digest))
  }

  @Test(arguments: [0, 150_000, 299_999])
  func corruptBytesAreNeverCompletedNorKept(at offset: Int) async throws {
    let scene = try scene(.corrupt(at: offset))
    let digest = digest
    let error = await failure { () throws(PullThroughError) in try await scene.blob(digest) }
    guard case .contentMismatch = error else { return #expect(Bool(false), "\(String(describing: error))") }
    #expect(try await !scene.holds(digest))
    #expect(try await scene.blob(digest) == large, "the next request asks again")
  }

  @Test func smallCorruptBytesAreNoAnswerAtAll() async throws {
    let scene = try Scene()
    let bytes = Array(large.prefix(1_000))
    scene.registry.put(bytes, in: scene.repository.name)
    scene.registry.with { $0.bodies = [.corrupt(at: 999)] }
    let small = Digest.of(bytes)
    let error = await failure { () throws(PullThroughError) in
      try await scene.pullThrough.blob(small, in: scene.repository)
    }
    guard case .contentMismatch = error else { return #expect(Bool(false), "\(String(describing: error))") }
  }

  /// Whoever has all bytes takes them for verified: so the last ones wait until they are.
  @Test func theTailIsWithheldUntilTheWholeIsVerified() async throws {
    let gate = Gate()
    let scene = try scene(.waits(at: 299_999, gate)) { $0.withheldTailBytes = 1_000 }
    guard case .following(let follower, _) = try await scene.pullThrough.blob(digest, in: scene.repository) else {
      return #expect(Bool(false), "it is arriving")
    }
    await gate.hasSeen()
    #expect(try await scene.bytes(of: follower, 0..<299_000) == Array(large.prefix(299_000)))
    guard case .wait(let waiting) = follower.progress(from: 299_000, wake: {}) else {
      return #expect(Bool(false), "the tail is not verified")
    }
    follower.download.leave(waiting)
    gate.open()
    #expect(try await scene.bytes(of: follower, 0..<300_000) == large)
  }

  @Test func aPartFarAheadIsAskedForByItself() async throws {
    let gate = Gate()
    let scene = try scene(.waits(at: 0, gate), .whole) { limits in
      limits.aheadDistanceBytes = 10_000
      limits.maxInMemoryBlobBytes = 1_000
    }
    guard case .following(let follower, _) = try await scene.pullThrough.blob(digest, in: scene.repository) else {
      return #expect(Bool(false), "it is arriving")
    }
    await gate.hasSeen()
    follower.sendsOnly([200_000..<201_000])
    #expect(try await scene.bytes(of: follower, 200_000..<201_000) == Array(large[200_000..<201_000]))
    gate.open()
    #expect(try await scene.blob(digest) == large)
    #expect(try await scene.holds(digest))
  }

  @Test func whatDoesNotFitIsPassedThroughAndNotKept() async throws {
    var capacity = StoreCapacity()
    capacity.bound = .bytes(100_000)
    let scene = try scene(capacity: capacity)
    #expect(try await scene.blob(digest) == large)
    #expect(try await !scene.holds(digest))
    #expect(scene.pullThrough.metrics.unkept[.tooLarge].current >= 1)
    #expect(try await scene.blob(digest) == large)
    #expect(scene.takeCounts() == [.open: 2])
  }

  @Test(
    "A blob that cannot be had is an error of its own",
    arguments: [
      UpstreamFailure.unreachable("away"), .denied(status: 401), .rateLimited(retryAfter: nil, kind: .requests),
    ]
  )
  func failing(_ failing: UpstreamFailure) async throws {
    let scene = try scene()
    scene.registry.with { $0.failures[.open] = failing }
    let digest = digest
    let error = await failure { () throws(PullThroughError) in try await scene.blob(digest) }
    let upstream = UpstreamError(failing, upstream: scene.repository.upstream, repository: scene.repository.name)
    #expect(error == PullThroughError(upstream, blob: digest, in: scene.repository))
  }

  @Test func aBlobThatIsNotThereIsUnknown() async throws {
    let scene = try scene()
    let missing = Digest.of([1])
    let error = await failure { () throws(PullThroughError) in try await scene.blob(missing) }
    #expect(error == .blobUnknown(scene.repository, missing))
  }
}
