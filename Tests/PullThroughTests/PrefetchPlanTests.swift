import OCI
import Testing
import Upstream

@testable import PullThrough

/// What is fetched ahead for a client that was sent a manifest.
@Suite struct PrefetchPlanTests {
  private static let image = #"""
    {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
     "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "DIGEST10", "size": 10},
     "layers": [
       {"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": "DIGEST20", "size": 200},
       {"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": "DIGEST20", "size": 200},
       {"mediaType": "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", "digest": "DIGEST30", "size": 1},
       {"mediaType": "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", "digest": "DIGEST40", "size": 1,
        "urls": ["https://elsewhere.example/layer"]},
       {"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": "DIGEST50", "size": 5000},
       {"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": "DIGEST60", "size": 60}]}
    """#
  private static let index = #"""
    {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [
       {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "DIGEST70", "size": 7}]}
    """#

  struct Row: CustomTestStringConvertible {
    var testDescription: String
    var extent = Prefetch.all
    var document = PrefetchPlanTests.image
    var spareBytes: Int64 = 1 << 40
    var maxBytes: Int64 = 1 << 40
    var maxBlobs = 64
    var held: Set<Int> = []
    var fetched: [Int]
  }

  static let table = [
    Row(testDescription: "nothing", extent: .none, fetched: []),
    Row(testDescription: "the configuration", extent: .config, fetched: [10]),
    Row(testDescription: "each once, without what may not be passed on", fetched: [10, 20, 50, 60]),
    Row(testDescription: "nothing of an index", document: index, fetched: []),
    Row(testDescription: "not what is held", held: [10, 50], fetched: [20, 60]),
    Row(testDescription: "a held configuration", extent: .config, held: [10], fetched: []),
    Row(testDescription: "what fits into the room there is", spareBytes: 300, fetched: [10, 20, 60]),
    Row(testDescription: "what is held needs no room", spareBytes: 300, held: [20], fetched: [10, 60]),
    Row(testDescription: "a full store", spareBytes: 0, fetched: []),
    Row(testDescription: "the limit of bytes", maxBytes: 5_100, fetched: [10, 20, 60]),
    Row(testDescription: "the limit of blobs", maxBlobs: 2, fetched: [10, 20]),
  ]

  @Test(arguments: table) func isFetched(_ row: Row) throws {
    var limits = Limits()
    limits.maxPrefetchedBytes = row.maxBytes
    limits.maxPrefetchedBlobs = row.maxBlobs
    var text = row.document
    for number in [10, 20, 30, 40, 50, 60, 70] {
      text = text.replacing("DIGEST\(number)", with: digest(number).description)
    }
    let manifest = try Array(text.utf8).withUnsafeBytes { try Manifest.parse($0, declared: nil, limits: limits) }
    let held = Set(row.held.map(digest))
    let plan = PrefetchPlan(for: manifest, row.extent, spareBytes: row.spareBytes, limits: limits) { held.contains($0) }
    #expect(plan.digests == row.fetched.map(digest))
  }

  private func digest(_ number: Int) -> Digest {
    withUnsafeBytes(of: number) { Digest.of($0, .sha256) }
  }
}
