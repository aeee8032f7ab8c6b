import Foundation
import Logging
import NIOCore
import OCI
import PullThrough
import Store
import Testing
import Upstream

@testable import Administration

/// What walks rely on, of every store that they may be given: the one on disk, and the one of tests.
@Suite final class ContentStoreConformanceTests {
  enum Kind: CaseIterable { case onDisk, inMemory }

  private let path = FileManager.default.temporaryDirectory.appending(path: "berth-\(UUID().uuidString)").path
  private let blob = Array("a blob".utf8)
  private var manifest: [UInt8] { Documents.manifest(blob, layers: [blob]) }
  private let broken = Array("no manifest".utf8)
  private let repository: Repository

  init() throws {
    repository = Repository(upstream: try UpstreamName(parsing: "hub"), name: try RepositoryName(parsing: "a/b"))
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// A store that holds a blob, a manifest, to which the blob refers, and a manifest that does not parse.
  private func make(_ kind: Kind) async throws -> any ContentStore {
    switch kind {
    case .inMemory:
      var store = InMemoryContent()
      store.put(blob)
      store.put(manifest, .ociManifest)
      store.put(broken, .ociIndex)
      store.referrers[Digest.of(manifest)] = [Digest.of(blob)]
      return store
    case .onDisk: return try await onDisk()
    }
  }

  private func onDisk() async throws -> any ContentStore {
    let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let store = try Store.open(StoreOptions(path: path), log: log)
    let contents: [([UInt8], MediaType?)] = [(blob, nil), (manifest, .ociManifest), (broken, .ociIndex)]
    for (bytes, _) in contents { try bytes.withUnsafeBytes { try store.publish($0, as: Digest.of(bytes)) } }
    let (repository, subject) = (repository, Digest.of(manifest))
    let referrer = Descriptor(mediaType: .octetStream, digest: Digest.of(blob), size: 6)
    try await store.write { (index) throws(StoreError) in
      for (bytes, mediaType) in contents {
        let record = ContentRecord(size: Int64(bytes.count), mediaType: mediaType, lastAccess: 1)
        try index.putContent(Digest.of(bytes), record)
        try index.grant(repository, Digest.of(bytes), GrantRecord(grantedAt: 1))
      }
      let referrers = ReferrersRecord(referrers: [Referrer(referrer)], checkedAt: 1)
      try index.putReferrers(repository, subject: subject, referrers)
    }
    let table = UpstreamTable(
      naming: [UpstreamSettings(name: repository.upstream, endpoints: [])],
      defaultUpstream: repository.upstream
    )
    let pullThrough = PullThrough(store: store, upstreams: table, log: log)
    return HeldContentStore(store: store, documents: pullThrough.documents, limits: Limits())
  }

  @Test(arguments: Kind.allCases)
  func rowsTellLengthAndType(kind: Kind) async throws {
    let store = try await make(kind)
    #expect(try store.record(of: Digest.of(blob))?.size == 6)
    #expect(try store.record(of: Digest.of(blob))?.mediaType == nil)
    #expect(try store.record(of: Digest.of(manifest))?.mediaType == .ociManifest)
    #expect(try store.record(of: Digest.of([1])) == nil)
  }

  @Test(arguments: Kind.allCases)
  func onlyManifestsThatParseAreDocuments(kind: Kind) async throws {
    let store = try await make(kind)
    let found = try #require(try await store.document(Digest.of(manifest)))
    #expect(found.size.bytes == Int64(manifest.count) && found.manifest.layers.map(\.digest) == [Digest.of(blob)])
    for bytes in [blob, broken, [1]] { #expect(try await store.document(Digest.of(bytes)) == nil) }
  }

  @Test(arguments: Kind.allCases)
  func bytesAndReferrersAreToldAsTheyAre(kind: Kind) async throws {
    let store = try await make(kind)
    let record = try #require(try store.record(of: Digest.of(blob)))
    let bytes = try #require(try await store.bytes(of: Digest.of(blob), record))
    #expect(Array(bytes.readableBytesView) == blob)
    #expect(try store.referrers(of: Digest.of(manifest), in: repository) == [Digest.of(blob)])
    #expect(try store.referrers(of: Digest.of(blob), in: repository).isEmpty)
  }
}
