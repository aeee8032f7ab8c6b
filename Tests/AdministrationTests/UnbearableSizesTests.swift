import Foundation
import Logging
import OCI
import PullThrough
import Store
import Testing
import Upstream

@testable import Administration

/// A store that an earlier Berth filled holds manifests whose descriptors name any size: all that operators can order works
/// on them.
@Suite final class UnbearableSizesTests {
  private static let huge = Int64.max
  private let path = FileManager.default.temporaryDirectory.appending(path: "berth-\(UUID().uuidString)").path
  private let store: Store
  private let administration: Administration
  private let names: UpstreamNames
  private let repository: Repository
  private let layer = Array("a layer that is held".utf8)

  init() throws {
    let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let upstream = try UpstreamName(parsing: "hub.example")
    repository = Repository(upstream: upstream, name: try RepositoryName(parsing: "acme/evil"))
    store = try Store.open(StoreOptions(path: path), log: log)
    var policy = Policy()
    policy.isOffline = true
    let settings = UpstreamSettings(name: upstream, endpoints: [])
    let table = UpstreamTable(naming: [settings], defaultUpstream: upstream)
    names = table.names
    administration = Administration(PullThrough(store: store, upstreams: table, policy: policy, log: log))
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  private func descriptor(_ digest: Digest, _ size: Int64, _ type: MediaType = .octetStream) -> String {
    #"{"mediaType":"\#(type)","digest":"\#(digest)","size":\#(size)}"#
  }

  private func keep(_ bytes: [UInt8], _ mediaType: MediaType? = nil) async throws -> Digest {
    let digest = Digest.of(bytes)
    try bytes.withUnsafeBytes { try store.publish($0, as: digest) }
    let (repository, count) = (repository, Int64(bytes.count))
    try await store.write { (index) throws(StoreError) in
      try index.putContent(digest, ContentRecord(size: count, mediaType: mediaType, lastAccess: 1))
      try index.grant(repository, digest, GrantRecord(grantedAt: 1))
    }
    return digest
  }

  /// Two images, each of two layers that are missing and one that is held, in an index that says as much of everything.
  private func fill() async throws {
    let held = try await keep(layer)
    var children: [String] = []
    for number in 0..<2 {
      let missing = ["a\(number)", "b\(number)"].map { descriptor(.of($0.utf8), Self.huge) }
      let layers = (missing + [descriptor(held, Self.huge)]).joined(separator: ",")
      let config = descriptor(.of("config \(number)".utf8), Self.huge, .ociImageConfig)
      let manifest = Array(#"{"schemaVersion":2,"config":\#(config),"layers":[\#(layers)]}"#.utf8)
      children.append(descriptor(try await keep(manifest, .ociManifest), Self.huge, .ociManifest))
    }
    children.append(descriptor(.of("not held".utf8), Self.huge, .ociManifest))
    let index = Array(#"{"schemaVersion":2,"manifests":[\#(children.joined(separator: ","))]}"#.utf8)
    let root = try await keep(index, .ociIndex)
    let (repository, tag) = (repository, try Tag(parsing: "1"))
    try await store.write { (index) throws(StoreError) in
      try index.putTag(repository, tag, TagRecord(digest: root, fetchedAt: 1, checkedAt: 1))
    }
  }

  private func pattern(_ text: String = "hub.example/acme/evil:1") throws -> ImagePattern {
    try ImagePattern(parsing: text, among: names)
  }

  private func name() throws -> ImageName {
    try ImageName(parsing: "hub.example/acme/evil:1", among: names)
  }

  @Test func theyAreListedAndInspected() async throws {
    try await fill()
    let image = try #require(try await administration.images.images(matching: try pattern("*"), limit: 10).images.first)
    #expect(image.contents.missingBytes.bytes == .max)
    #expect(image.contents.heldBytes.bytes < 10_000, "what is held counts with its file's length")
    let details = try await administration.images.details(of: try name())
    #expect(details.contents.parts.count == 3)
    #expect(details.contents.parts.allSatisfy { $0.missingBytes.bytes == .max })
  }

  @Test func aPinThatCannotCoverThemIsRefused() async throws {
    try await fill()
    var capacity = StoreCapacity()
    capacity.bound = .bytes(1_000_000)
    store.setCapacity(capacity)
    await #expect(throws: OperationError.self) { try await self.administration.pins.pin(try self.pattern()) }
    await administration.pins.configure([try pattern()])
    await administration.pins.renew()
    #expect(try administration.pins.all().isEmpty)
  }

  @Test func aPinInAStoreWithoutBoundCoversThem() async throws {
    try await fill()
    await administration.pins.configure([try pattern()])
    await administration.pins.renew()
    #expect(try administration.pins.all().count <= 1)
    #expect(store.usage.pinnedBytes >= 0)
  }

  @Test func fetchingAheadFailsAndSaysWhy() async throws {
    try await fill()
    let job = administration.warming.warm(WarmRequest(images: [try name()], platforms: .all))
    await job.wait()
    let image = try #require(job.progress.images.first)
    guard case .failed = image.state else { return #expect(Bool(false), "\(image)") }
  }

  @Test func theyAreEvicted() async throws {
    try await fill()
    let trial = try await administration.eviction.evict(matching: [try pattern()], isTrial: true)
    #expect(trial.contentCount == 4)
    let report = try await administration.eviction.evict(matching: [try pattern()], isTrial: false)
    #expect(report.bytes == trial.bytes && report.bytes.bytes < 10_000)
    #expect(store.totals.count == 0)
    #expect(try TagCatalog(store: store).all().isEmpty)
  }

  @Test func aManifestThatDoesNotParseIsEvictedToo() async throws {
    let root = try await keep(Array("[]".utf8), .ociManifest)
    let (repository, tag) = (repository, try Tag(parsing: "1"))
    try await store.write { (index) throws(StoreError) in
      try index.putTag(repository, tag, TagRecord(digest: root, fetchedAt: 1, checkedAt: 1))
    }
    #expect(try await administration.eviction.evict(matching: [try pattern()], isTrial: false).contentCount == 1)
    #expect(store.totals.count == 0)
  }
}
