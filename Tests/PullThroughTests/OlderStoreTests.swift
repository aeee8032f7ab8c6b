import Foundation
import OCI
import Store
import Testing

@testable import PullThrough

/// A store that a program of schema 2 wrote, opened by this one: which grants stay, how the others are proven, and that no
/// length that it names can end the process.
@Suite struct OlderStoreTests {
  private let path = FileManager.default.temporaryDirectory.appending(path: "berth-\(UUID().uuidString)").path
  private let alone = Array("one repository's alone".utf8)
  private let shared = Array("held for one, named by another".utf8)
  private let missing = Array("named, and not held".utf8)
  private let config = Array("{}".utf8)

  /// What of an older store a test needs.
  private struct Older {
    var store: OlderStore
    var grants: [OlderStore.Grant]
    var manifest: Digest
  }

  private func repository(_ name: String) throws -> Repository {
    Repository(upstream: try UpstreamName(parsing: "hub.example"), name: try RepositoryName(parsing: name))
  }

  /// An image of a repository, of which a layer is missing, and whose shared layer a manifest of another repository has named.
  /// All lengths are the largest number that there is.
  private func older() throws -> Older {
    var store = try OlderStore(at: path)
    let (mine, other) = (try repository("acme/app"), try repository("acme/other"))
    let layers = [alone, shared, missing].map {
      #"{"mediaType":"application/octet-stream","digest":"\#(Digest.of($0))","size":\#(Int64.max)}"#
    }
    let config = #"{"mediaType":"\#(MediaType.ociImageConfig)","digest":"\#(Digest.of(config))","size":\#(Int64.max)}"#
    let document = #"{"schemaVersion":2,"config":\#(config),"layers":[\#(layers.joined(separator: ","))]}"#
    let manifest = try store.hold(Array(document.utf8), .ociManifest)
    try store.hold(alone)
    try store.hold(shared)
    let digests = [manifest, .of(alone), .of(shared), .of(missing), .of(self.config)]
    let grants =
      digests.map { OlderStore.Grant(repository: mine, digest: $0, expectedSize: .max) }
      + [OlderStore.Grant(repository: other, digest: .of(shared), expectedSize: .max)]
    for grant in grants { store.add(grant) }
    store.tag(mine, "1", manifest)
    store.refer(mine, to: manifest, .of(alone), size: .max)
    return Older(store: store, grants: grants, manifest: manifest)
  }

  /// Opens the store, and waits until its grants are told apart. Upstream has everything of the one repository, and nothing of
  /// the other.
  private func opened(trustsAll: Bool = false) async throws -> Scene {
    var policy = Policy()
    policy.isOffline = trustsAll
    let scene = try Scene(at: path, trustsEarlierGrants: trustsAll, policy: policy)
    let name = scene.repository.name
    let blobs = [alone, shared, missing, config]
    scene.registry.with { state in
      for blob in blobs { state.blobs[name, default: [:]][.of(blob)] = blob }
    }
    while case .judging = try scene.store.earlierGrants { await Task.yield() }
    return scene
  }

  /// Whether the repository is shown content without upstream being asked.
  private func isShown(_ bytes: [UInt8], in repository: Repository, _ scene: Scene) async -> Bool {
    await scene.pullThrough.flush()
    return scene.pullThrough.blobAtHand(.of(bytes), in: repository) != nil
  }

  @Test func whatOneRepositoryAloneHasStays() async throws {
    try older().store.close()
    let scene = try await opened()
    #expect(await isShown(alone, in: scene.repository, scene))
    #expect(await !isShown(shared, in: scene.repository, scene))
    #expect(await !isShown(shared, in: scene.other, scene))
    #expect(scene.takeCounts().isEmpty)
  }

  @Test func theOthersAreProvenWhenAskedFor() async throws {
    try older().store.close()
    let scene = try await opened()
    let refusal = await failure { () async throws(PullThroughError) in
      try await scene.blob(.of(shared), in: scene.other)
    }
    #expect(refusal == .blobUnknown(scene.other, .of(shared)))
    #expect(try await scene.blob(.of(shared)) == shared)
    #expect(scene.registry.count(.headBlob) == 2 && scene.registry.count(.open) == 0)
    #expect(await isShown(shared, in: scene.repository, scene))
    #expect(await !isShown(shared, in: scene.other, scene))
  }

  @Test func theyAreProvenInTheBackground() async throws {
    try older().store.close()
    let scene = try await opened()
    await scene.pullThrough.confirmEarlierGrants()
    #expect(try scene.store.earlierGrants == .none)
    #expect(await isShown(shared, in: scene.repository, scene))
    #expect(await !isShown(shared, in: scene.other, scene))
  }

  @Test func whereNobodyIsAskedAllStay() async throws {
    try older().store.close()
    let scene = try await opened(trustsAll: true)
    for repository in [scene.repository, scene.other] { #expect(await isShown(shared, in: repository, scene)) }
    #expect(await isShown(alone, in: scene.repository, scene))
  }

  /// Killed after so many rows: the next start comes to the same.
  @Test(arguments: 0...6) func aKillInTheMiddleChangesNothing(rows: Int) async throws {
    var older = try older()
    let single = Set([older.manifest, .of(alone)])
    older.store.killWhileJudging(after: rows, earned: { single.contains($0.digest) }, older.grants)
    try older.store.close(schema: 3)
    let scene = try await opened()
    #expect(await isShown(alone, in: scene.repository, scene))
    for repository in [scene.repository, scene.other] { #expect(await !isShown(shared, in: repository, scene)) }
  }

  @Test func noLengthThatItNamesIsBelieved() async throws {
    let older = try older()
    try older.store.close()
    let scene = try await opened()
    #expect(try await scene.manifest(.digest(older.manifest)).manifest.digest == older.manifest)
    for blob in [alone, shared, missing, config] {
      #expect(try await scene.pullThrough.blobSize(.of(blob), in: scene.repository) == Int64(blob.count))
      #expect(try await scene.blob(.of(blob)) == blob)
    }
    #expect(try await scene.pullThrough.referrers(of: older.manifest, in: scene.repository).warning == nil)
  }
}
