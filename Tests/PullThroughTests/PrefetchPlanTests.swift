import OCI
import Testing

@testable import PullThrough

/// What whoever is sent a manifest will ask for, and what of that is fetched ahead.
@Suite struct PrefetchPlanTests {
  private static let image = #"""
    {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
     "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "DIGEST1", "size": 10},
     "layers": [
       {"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": "DIGEST2", "size": 200},
       {"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": "DIGEST2", "size": 200},
       {"mediaType": "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", "digest": "DIGEST3", "size": 1},
       {"mediaType": "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", "digest": "DIGEST4", "size": 1,
        "urls": ["https://elsewhere.example/layer"]},
       {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "DIGEST1", "size": 10},
       {"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": "DIGEST5", "size": 5000},
       {"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": "DIGEST6", "size": 60}]}
    """#
  private static let index = #"""
    {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [
       {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "DIGEST1", "size": 7}]}
    """#

  private func plan(_ document: String, _ limits: Limits = Limits()) throws -> PrefetchPlan {
    let text = (1...6).reduce(document) { $0.replacing("DIGEST\($1)", with: digest($1).description) }
    let manifest = try Array(text.utf8).withUnsafeBytes { try Manifest.parse($0, declared: nil, limits: limits) }
    return PrefetchPlan(for: manifest, limits: limits)
  }

  @Test func configurationAndLayersEachOnceWithoutWhatMayNotBePassedOn() throws {
    let plan = try plan(Self.image)
    #expect(plan.config == .init(digest: digest(1), size: 10))
    #expect(plan.layers.map(\.digest) == [2, 5, 6].map(digest))
    #expect(plan.layers.map(\.size) == [200, 5_000, 60])
  }

  @Test func nothingOfAnIndex() throws {
    let plan = try plan(Self.index)
    #expect(plan.config == nil && plan.layers.isEmpty)
  }

  @Test func notMoreLayersThanTheLimit() throws {
    var limits = Limits()
    limits.maxPrefetchedBlobs = 2
    #expect(try plan(Self.image, limits).layers.map(\.digest) == [2, 5].map(digest))
  }

  struct Row: CustomTestStringConvertible {
    var testDescription: String
    var spareBytes: Int64 = 1 << 40
    var maxBytes: Int64 = 1 << 40
    var held: Set<Int> = []
    var chosen: [Int]
  }

  @Test(arguments: [
    Row(testDescription: "all", chosen: [2, 5, 6]),
    Row(testDescription: "not what is held", held: [5], chosen: [2, 6]),
    Row(testDescription: "what fits into the room there is", spareBytes: 300, chosen: [2, 6]),
    Row(testDescription: "what is held needs no room", spareBytes: 250, held: [2], chosen: [6]),
    Row(testDescription: "a full store", spareBytes: 0, chosen: []),
    Row(testDescription: "the limit of bytes", maxBytes: 5_200, chosen: [2, 5]),
  ]) func choice(_ row: Row) throws {
    var limits = Limits()
    limits.maxPrefetchedBytes = row.maxBytes
    let held = Set(row.held.map(digest))
    let layers = try plan(Self.image).layers
    let chosen = PrefetchPlan.choice(of: layers, spareBytes: row.spareBytes, limits: limits) { held.contains($0) }
    #expect(chosen == row.chosen.map(digest))
  }

  private func digest(_ number: Int) -> Digest {
    withUnsafeBytes(of: number) { Digest.of($0, .sha256) }
  }
}
