import Foundation
import OCI
import Testing

@testable import Bundle

/// From a registry into a file and back to what it brings.
@Suite struct ExportTests {
  private let limits = Limits()
  private let path = NSTemporaryDirectory() + "berth-export-\(UUID().uuidString).tar"

  private func export(
    _ names: [String],
    from registry: MemoryRegistry,
    _ adjust: (inout ExportOptions) -> Void = { _ in }
  ) async throws -> (plan: ExportPlan, bytes: Data) {
    defer { try? FileManager.default.removeItem(atPath: path) }
    var options = ExportOptions(names: try names.map { try ImageName(parsing: $0) })
    adjust(&options)
    let export = BundleExport(from: registry, limits: limits)
    let plan = try await export.plan(options)
    try await export.write(plan, to: path)
    return (plan, try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private func open(_ bytes: Data) throws -> ImageArchive {
    try ImageArchive(MemoryBytes(Array(bytes)), limits: limits)
  }

  @Test func whatGoesInComesOut() async throws {
    var registry = try MemoryRegistry("quay.io/acme/app")
    let image = try registry.add(["one", "two"], tag: "1")
    let (_, bytes) = try await export(["quay.io/acme/app:1"], from: registry)
    let shipment = try open(bytes).shipment()
    #expect(shipment.images.map(\.repository) == [registry.repository])
    #expect(shipment.images.map(\.tags) == [[try Tag(parsing: "1")]])
    #expect(shipment.images.map(\.manifest.digest) == [image.digest])
    #expect(Set(shipment.contents.keys) == Set(registry.blobs.keys).union([image.digest]))
  }

  @Test func orderOfNamesDoesNotMatter() async throws {
    var registry = try MemoryRegistry("quay.io/acme/app")
    try registry.add(["one", "shared"], tag: "1")
    try registry.add(["two", "shared"], tag: "2")
    let first = try await export(["quay.io/acme/app:1", "quay.io/acme/app:2"], from: registry).bytes
    let second = try await export(["quay.io/acme/app:2", "quay.io/acme/app:1", "quay.io/acme/app:2"], from: registry)
    #expect(first == second.bytes)
  }

  @Test func referrersOfReferrersGoAlong() async throws {
    var registry = try MemoryRegistry("quay.io/acme/app")
    let image = try registry.add(["one"], tag: "1")
    let signature = try registry.add(["signature"], subject: image)
    let countersign = try registry.add(["countersign"], subject: signature)
    let without = try await export(["quay.io/acme/app:1"], from: registry)
    #expect(without.plan.imageCount == 1)
    let with = try await export(["quay.io/acme/app:1"], from: registry) { $0.withReferrers = true }
    let images = try open(with.bytes).shipment().images
    #expect(images.first?.manifest.digest == image.digest)
    #expect(Set(images.map(\.manifest.digest)) == [image.digest, signature.digest, countersign.digest])
  }

  @Test func incrementNamesWhatItBuildsUpon() async throws {
    var registry = try MemoryRegistry("quay.io/acme/app")
    try registry.add(["shared", "one"], tag: "1")
    try registry.add(["shared", "two"], tag: "2")
    let base = try open(try await export(["quay.io/acme/app:1"], from: registry).bytes).base()
    let (plan, bytes) = try await export(["quay.io/acme/app:2"], from: registry) { $0.bases = [base] }
    // The configuration, which all have, and the shared layer.
    #expect(plan.leftOutCount == 2)
    let shipment = try open(bytes).shipment()
    #expect(shipment.bases == [base.indexDigest])
    #expect(Set(shipment.expected.map(\.digest)) == [Digest.of(Array("shared".utf8)), Digest.of(Array("{}".utf8))])
  }

  @Test func bytesThatAreNotWhatTheyAreNamed() async throws {
    var registry = try MemoryRegistry("quay.io/acme/app")
    try registry.add(["one"], tag: "1")
    for (bytes, expected) in [("two", "differs"), ("longer", "size"), ("o", "size")] {
      registry.blobs[Digest.of(Array("one".utf8))] = Array(bytes.utf8)
      let error = await #expect(throws: BundleError.self) { try await export(["quay.io/acme/app:1"], from: registry) }
      switch error {
      case .contentDiffers: #expect(expected == "differs")
      case .sizeDiffers: #expect(expected == "size")
      default: Issue.record("\(String(describing: error))")
      }
      #expect(!FileManager.default.fileExists(atPath: path), "the name is given to what is whole")
    }
    registry.blobs = [:]
    await #expect(throws: BundleError.self) { try await export(["quay.io/acme/app:1"], from: registry) }
    await #expect(throws: BundleError.imageMissing(try ImageName(parsing: "quay.io/acme/app:9"))) {
      try await export(["quay.io/acme/app:9"], from: registry)
    }
  }
}
