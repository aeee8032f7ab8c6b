import Foundation
import Logging
import NIOCore
import OCI
import PullThrough
import Store
import Testing
import Upstream

@testable import Administration

/// Images that operators bring, pin, list and evict, on a real store, offline.
@Suite final class OperatorStoryTests {
  private let path = FileManager.default.temporaryDirectory.appending(path: "berth-\(UUID().uuidString)").path
  private let store: Store
  private let administration: Administration
  private let repository: Repository
  private let names: UpstreamNames
  private let config = Array(#"{"os":"linux","architecture":"amd64"}"#.utf8)
  private let shared = Array("a layer that both have".utf8)
  private let own = Array("a layer of one".utf8)

  init() throws {
    let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let upstream = try UpstreamName(parsing: "hub.example")
    repository = Repository(upstream: upstream, name: try RepositoryName(parsing: "acme/app"))
    store = try Store.open(StoreOptions(path: path), log: log)
    var policy = Policy()
    policy.isOffline = true
    let table = UpstreamTable(naming: [UpstreamSettings(name: upstream, endpoints: [])], defaultUpstream: upstream)
    names = table.names
    administration = Administration(PullThrough(store: store, upstreams: table, policy: policy, log: log))
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  private var plain: [UInt8] { Documents.manifest(config, layers: [shared, own]) }
  private var nested: [UInt8] { Documents.index([(inner, .ociIndex)]) }
  private var inner: [UInt8] { Documents.index([(image, .ociManifest)]) }
  private var image: [UInt8] { Documents.manifest(config, layers: [shared]) }

  private func bring(_ bytes: [UInt8]...) async throws {
    for bytes in bytes {
      guard let content = try administration.imports.receive(Digest.of(bytes), sizeBytes: Int64(bytes.count)) else {
        continue
      }
      try await content.append(ByteBuffer(bytes: bytes))
      try await content.finish()
    }
  }

  private func include(_ root: [UInt8], _ mediaType: MediaType, as tag: String) async throws {
    try await administration.imports.include(
      ImportedImage(
        repository: repository,
        tags: [try Tag(parsing: tag)],
        digest: Digest.of(root),
        mediaType: mediaType
      )
    )
  }

  private func pattern(_ tag: String) throws -> ImagePattern {
    try ImagePattern(parsing: "hub.example/acme/app:\(tag)", among: names)
  }

  /// `plain`, and `nested`, whose image lies two indexes deep; both have a layer.
  private func fill() async throws {
    try await bring(config, shared, own, plain, image, inner, nested)
    try await include(plain, .ociManifest, as: "plain")
    try await include(nested, .ociIndex, as: "nested")
  }

  private func holds(_ bytes: [UInt8]) throws -> Bool { try store.content(Digest.of(bytes)) != nil }

  @Test func aPinnedNestedIndexKeepsItsLayersWhateverElseIsEvicted() async throws {
    try await fill()
    #expect(try await administration.pins.pin(try pattern("nested")).contentCount == 5)
    let report = try await administration.eviction.evict(matching: [try pattern("*")], isTrial: false)
    #expect(report.images.map(\.description) == ["hub.example/acme/app:plain"])
    #expect(report.pinned.map(\.description) == ["hub.example/acme/app:nested"])
    for bytes in [nested, inner, image, config, shared] { #expect(try holds(bytes)) }
    for bytes in [plain, own] { #expect(try !holds(bytes)) }
  }

  @Test func aTrialTellsWhatAnEvictionDoes() async throws {
    try await fill()
    let trial = try await administration.eviction.evict(matching: [try pattern("nested")], isTrial: true)
    #expect(try holds(nested) && trial.contentCount == 3)
    let report = try await administration.eviction.evict(matching: [try pattern("nested")], isTrial: false)
    #expect(report.bytes == trial.bytes && report.sharedBytes == trial.sharedBytes)
    #expect(try holds(shared) && !holds(image))
  }

  @Test func aPinThatIsTakenBackKeepsNothing() async throws {
    try await fill()
    _ = try await administration.pins.pin(try pattern("nested"))
    try await administration.pins.unpin(try pattern("nested"))
    let report = try await administration.eviction.evict(matching: [try pattern("*")], isTrial: false)
    #expect(report.pinned.isEmpty && store.totals.count == 0)
    await #expect(throws: OperationError.self) {
      try await self.administration.pins.unpin(try self.pattern("nested"))
    }
  }

  @Test func whatIsHeldIsListedAndShown() async throws {
    try await fill()
    let list = try await administration.images.images(matching: try pattern("*"), limit: 10)
    #expect(list.images.map(\.name.description) == ["hub.example/acme/app:nested", "hub.example/acme/app:plain"])
    let name = try ImageName(parsing: "hub.example/acme/app:nested", among: names)
    let details = try await administration.images.details(of: name)
    #expect(details.contents.parts.map(\.digest) == [Digest.of(image)] && details.isImported)
    #expect(try await administration.images.images(matching: try pattern("*"), limit: 1).isCut)
  }

  @Test func anImageWithoutAllItsContentIsNotTakenIn() async throws {
    try await bring(config, plain, shared)
    let missing = Digest.of(own)
    await #expect(throws: ImportError.incomplete(repository, missing: [missing])) {
      try await self.include(self.plain, .ociManifest, as: "plain")
    }
    #expect(try TagCatalog(store: store).all().isEmpty)
  }

  @Test func bytesThatAreNotWhatTheirDigestSaysAreNotTakenIn() async throws {
    let content = try #require(try administration.imports.receive(Digest.of(own), sizeBytes: Int64(own.count)))
    try await content.append(ByteBuffer(repeating: 0, count: own.count))
    await #expect(throws: ImportError.self) { try await content.finish() }
    content.abandon()
    #expect(try !holds(own))
  }
}
