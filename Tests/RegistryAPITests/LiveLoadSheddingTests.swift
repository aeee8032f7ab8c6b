import Access
import Foundation
import Glibc
import HTTPServer
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import OCI
import PullThrough
import Store
import Testing
import Upstream

@testable import RegistryAPI

/// An event loop that is behind by its own work: what can wait is sent away, and nothing else is.
@Suite(.timeLimit(.minutes(2))) final class LiveLoadSheddingTests {
  private let path = FileManager.default.temporaryDirectory.appending(path: "berth-\(UUID().uuidString)").path
  private let store: Store
  private let pullThrough: PullThrough
  private let repository: Repository
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let load: EventLoopLoad
  private let responder: RegistryResponder
  private let manifest = Array(#"{"schemaVersion":2,"mediaType":"\#(MediaType.ociIndex)","manifests":[]}"#.utf8)
  private let blob = Array("a blob that is held".utf8)

  init() throws {
    let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let upstream = try UpstreamName(parsing: "hub.example")
    repository = Repository(upstream: upstream, name: try RepositoryName(parsing: "app"))
    store = try Store.open(StoreOptions(path: path), log: log)
    let settings = UpstreamSettings(name: upstream, endpoints: [])
    let table = UpstreamTable(naming: [settings], defaultUpstream: upstream)
    pullThrough = PullThrough(store: store, upstreams: table, log: log)
    load = EventLoopLoad(group)
    let listening = ListeningOptions(address: .tcp(host: "127.0.0.1", port: 5000))
    responder = RegistryResponder(
      pullThrough: pullThrough,
      hosts: HostRule(listening, externalHost: nil),
      browsers: BrowserOrigins(origins: []),
      access: AccessControl(
        authority: Authority(.unset),
        isMirror: false,
        trusting: TrustedProxies(),
        externalURL: nil
      ),
      load: load,
      limits: Limits()
    )
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  private func keep(_ bytes: [UInt8], _ mediaType: MediaType? = nil) async throws {
    let (digest, repository, size) = (Digest.of(bytes), repository, Int64(bytes.count))
    try bytes.withUnsafeBytes { try store.publish($0, as: digest) }
    try await store.write { (index) throws(StoreError) in
      try index.putContent(digest, ContentRecord(size: size, mediaType: mediaType, lastAccess: 1))
      try index.grant(repository, digest, GrantRecord(grantedAt: 1))
    }
  }

  /// The answer that is known at once; nil where upstream would be asked, or the disk.
  private func answer(_ target: String) -> Reply? {
    let request = Request(method: .GET, target: target, headers: ["Host": "127.0.0.1:5000"])
    guard case .now(let reply) = responder.respond(to: request) else { return nil }
    return reply
  }

  /// What waits for upstream.
  private var misses: [String] {
    let missing = Digest.of("missing".utf8)
    return [
      "/v2/app/manifests/new", "/v2/app/manifests/\(missing)", "/v2/app/blobs/\(missing)", "/v2/app/tags/list",
      "/v2/app/referrers/\(missing)",
    ]
  }

  @Test func whatCanWaitIsSentAwayUntilTheLoopIsWell() async throws {
    try await keep(manifest, .ociIndex)
    try await keep(blob)
    // Read from the disk once, which is no matter of this.
    if case .open(let open) = pullThrough.lookUpManifest(.digest(.of(manifest)), in: repository) {
      _ = try await pullThrough.manifest(open)
    }
    for target in misses { #expect(answer(target) == nil, "\(target) is asked for") }

    let loop = group.next()
    while !load.isShedding { try await loop.submit { Self.compute(.milliseconds(250)) }.get() }
    for target in misses {
      let reply = try #require(answer(target))
      #expect(reply.status == .serviceUnavailable, "\(target)")
      #expect(reply.headers.first(name: "Retry-After") != nil, "\(target)")
    }
    let held = ["/v2/", "/v2/app/manifests/\(Digest.of(manifest))", "/v2/app/blobs/\(Digest.of(blob))"]
    for target in held { #expect(answer(target)?.status == .ok, "\(target)") }
    #expect(load.shedCount == UInt64(misses.count))

    while load.isShedding { try await loop.scheduleTask(in: .milliseconds(50)) {}.futureResult.get() }
    for target in misses { #expect(answer(target) == nil, "\(target) is asked for again") }
    await pullThrough.shutdown()
    await store.close()
    try await group.shutdownGracefully()
  }

  /// Keeps the calling thread at work for so long of its own time, however busy the machine is.
  private static func compute(_ time: Duration) {
    let end = ownTime() + time
    while ownTime() < end {}
  }

  private static func ownTime() -> Duration {
    var now = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
    return .seconds(now.tv_sec) + .nanoseconds(now.tv_nsec)
  }
}
