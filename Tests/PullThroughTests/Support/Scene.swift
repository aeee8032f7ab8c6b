import Foundation
import Logging
import NIOCore
import OCI
import SeededRandom
import Store
import Synchronization
import Upstream

@testable import PullThrough

/// The use cases between an ``InMemoryRegistry`` and a store in a temporary directory, at a time that the test sets.
final class Scene: Sendable {
  let registry: InMemoryRegistry
  let pullThrough: PullThrough
  let store: Store
  /// `hub.example/acme/app`, and another one beside it.
  let repository: Repository
  let other: Repository
  let tag: Tag
  let clock = ManualClock()
  private let path: String

  /// - Parameter existing: the directory of a store that is there already.
  init(
    at existing: String? = nil,
    trustsEarlierGrants: Bool = false,
    capacity: StoreCapacity = StoreCapacity(),
    policy: Policy = Policy(),
    limits change: (inout Limits) -> Void = { _ in },
    settings configure: (inout UpstreamSettings) -> Void = { _ in }
  ) throws {
    let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let name = try UpstreamName(parsing: "hub.example")
    repository = Repository(upstream: name, name: try RepositoryName(parsing: "acme/app"))
    other = Repository(upstream: name, name: try RepositoryName(parsing: "acme/other"))
    tag = try Tag(parsing: "1")
    var settings = UpstreamSettings(
      name: name,
      endpoints: [Endpoint(parsing: "https://hub.example")].compactMap(\.self)
    )
    settings.tagFreshness = .seconds(60)
    settings.revalidationPatience = .seconds(60)
    settings.maxStale = .seconds(3_600)
    configure(&settings)
    registry = InMemoryRegistry(settings)
    var limits = Limits()
    limits.firstResumePause = .milliseconds(1)
    limits.longestResumePause = .milliseconds(2)
    limits.gatheringTime = .milliseconds(1)
    change(&limits)
    path = existing ?? FileManager.default.temporaryDirectory.appending(path: "berth-\(UUID().uuidString)").path
    var options = StoreOptions(path: path)
    options.trustsEarlierGrants = trustsEarlierGrants
    options.capacity = capacity
    store = try Store.open(options, log: log)
    pullThrough = PullThrough(
      store: store,
      upstreams: UpstreamTable([registry], defaultUpstream: name),
      policy: policy,
      limits: limits,
      clock: clock.wallClock,
      log: log
    )
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

extension Scene {
  /// A manifest by a reference, as a client gets it: from memory, or else from wherever it is.
  func manifest(_ reference: Reference, in repository: Repository? = nil) async throws(PullThroughError)
    -> ResolvedManifest
  {
    let repository = repository ?? self.repository
    switch pullThrough.lookUpManifest(reference, in: repository) {
    case .found(let manifest): return ResolvedManifest(manifest: manifest)
    case .open(let open): return try await pullThrough.manifest(open)
    }
  }

  /// All bytes of a blob, as a client gets them.
  func blob(_ digest: Digest, in repository: Repository? = nil) async throws(PullThroughError) -> [UInt8] {
    let repository = repository ?? self.repository
    switch pullThrough.blobAtHand(digest, in: repository) {
    case .memory(let content): return Array(content.bytes.readableBytesView)
    case .file(let file): return bytes(of: file.descriptor, 0..<file.sizeBytes)
    case nil: break
    }
    switch try await pullThrough.blob(digest, in: repository) {
    case .file(let file): return bytes(of: file.descriptor, 0..<file.sizeBytes)
    case .following(let follower, let totalBytes): return try await bytes(of: follower, 0..<totalBytes)
    }
  }

  /// Reads a download to the end of a part.
  func bytes(of follower: Follower, _ part: Range<Int64>) async throws(PullThroughError) -> [UInt8] {
    var read: [UInt8] = []
    while Int64(read.count) < Int64(part.count) {
      let offset = part.lowerBound + Int64(read.count)
      switch await progress(of: follower, from: offset) {
      case .available(let end):
        guard let descriptor = follower.download.descriptor else { return read }
        read += bytes(of: descriptor, offset..<min(end, part.upperBound))
      case .bytes(let bytes): read += Array(bytes.readableBytesView.prefix(Int(part.upperBound - offset)))
      case .failed(let error): throw error
      case .wait: continue
      }
    }
    return read
  }

  /// What there is from an offset on, or `wait` once more may be there.
  func progress(of follower: Follower, from offset: Int64) async -> Download.Progress {
    let immediate: Download.Progress? = await withCheckedContinuation { continuation in
      let progress = follower.progress(from: offset) { continuation.resume(returning: nil) }
      if case .wait = progress { return }
      continuation.resume(returning: progress)
    }
    return immediate ?? follower.progress(from: offset) {}
  }

  private func bytes(of descriptor: Int32, _ range: Range<Int64>) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: range.count)
    let count = pread(descriptor, &bytes, range.count, off_t(range.lowerBound))
    return Array(bytes.prefix(max(0, count)))
  }

  /// How often the registry was asked for anything since the last call.
  func takeCounts() -> [InMemoryRegistry.Ask: Int] {
    registry.with { state in
      defer { state.counts = [:] }
      return state.counts
    }
  }

  /// Whether that content is on disk, once all that is on its way has arrived there.
  func holds(_ digest: Digest) async throws -> Bool {
    for download in pullThrough.services.downloads.all { try? await download.attendance.whenEnded() }
    await pullThrough.flush()
    return try store.content(digest) != nil
  }
}

/// A wall clock that stands until it is turned.
final class ManualClock: Sendable {
  /// Long after 1970, so that what was confirmed can lie far back.
  private let seconds = Atomic<Int64>(1_000_000_000)

  var now: Int64 { seconds.load(ordering: .relaxed) }
  var wallClock: WallClock { WallClock { self.now } }

  func advance(_ count: Int64) { seconds.wrappingAdd(count, ordering: .relaxed) }
}

/// The failure of some work; nil if it has none.
func failure(_ work: () async throws(PullThroughError) -> some Any) async -> PullThroughError? {
  do throws(PullThroughError) {
    _ = try await work()
    return nil
  } catch {
    return error
  }
}

/// Bytes that do not repeat themselves.
func noise(_ count: Int, seed: UInt64) -> [UInt8] {
  var generator = SeededGenerator(seed: seed)
  return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
}
