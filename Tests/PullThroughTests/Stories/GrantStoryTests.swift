import OCI
import Testing
import Upstream

@testable import PullThrough

/// Content is held once, and shown to those repositories alone that upstream has shown it to.
@Suite struct GrantStoryTests {
  private let image = SampleImage("shared", layers: [noise(100_000, seed: 3)])
  private var layer: Digest { Digest.of(image.layers[0]) }

  /// The image was pulled from one repository.
  private func pulled() async throws -> Scene {
    let scene = try Scene()
    scene.registry.put(image, as: scene.tag, in: scene.repository.name)
    _ = try await scene.manifest(.tag(scene.tag))
    for blob in image.blobs { #expect(try await scene.blob(Digest.of(blob)) == blob) }
    for blob in image.blobs { #expect(try await scene.holds(Digest.of(blob))) }
    _ = scene.takeCounts()
    return scene
  }

  @Test func aBlobThatUpstreamHasInBothCostsOneHead() async throws {
    let scene = try await pulled()
    scene.registry.put(image.layers[0], in: scene.other.name)
    for _ in 0..<3 { #expect(try await scene.blob(layer, in: scene.other) == image.layers[0]) }
    #expect(scene.takeCounts() == [.headBlob: 1])
  }

  @Test func aBlobThatUpstreamDoesNotHaveThereIsUnknownThere() async throws {
    let scene = try await pulled()
    let (digest, other) = (layer, scene.other)
    #expect(scene.pullThrough.blobAtHand(digest, in: other) == nil)
    let error = await failure { () throws(PullThroughError) in try await scene.blob(digest, in: other) }
    #expect(error == .blobUnknown(other, digest))
  }

  @Test(
    "Whatever upstream says, what it does not confirm is not shown",
    arguments: [
      UpstreamFailure.denied(status: 401), .denied(status: 403), .unreachable("away"),
      .failed(status: 500, message: nil),
    ]
  )
  func unconfirmed(_ failing: UpstreamFailure) async throws {
    let scene = try await pulled()
    let (digest, other) = (layer, scene.other)
    scene.registry.put(image, in: other.name)
    scene.registry.with {
      $0.failures = [.headBlob: failing, .headManifest: failing, .getManifest: failing, .open: failing]
    }
    #expect(await failure { () throws(PullThroughError) in try await scene.blob(digest, in: other) } != nil)
    let manifest = image.digest
    #expect(
      await failure { () throws(PullThroughError) in try await scene.manifest(.digest(manifest), in: other) } != nil
    )
    #expect(try await scene.blob(digest) == image.layers[0], "whoever has it is served all the same")
  }

  @Test func aManifestOfAnotherRepositoryCostsOneHead() async throws {
    let scene = try await pulled()
    scene.registry.put(image, in: scene.other.name)
    #expect(try await scene.manifest(.digest(image.digest), in: scene.other).manifest.digest == image.digest)
    let counts = scene.takeCounts()
    #expect(counts[.headManifest] == 1 && counts[.getManifest] == nil)
  }

  /// A manifest names what its author likes: that is a hint and no right.
  @Test func toBeNamedGivesNoRight() async throws {
    let scene = try await pulled()
    let thief = SampleImage("thief", layers: image.layers)
    scene.registry.put(thief.manifest, .ociManifest, as: scene.tag, in: scene.other.name)
    let (tag, other, digest) = (scene.tag, scene.other, layer)
    #expect(try await scene.manifest(.tag(tag), in: other).manifest.digest == thief.digest)
    let error = await failure { () throws(PullThroughError) in try await scene.blob(digest, in: other) }
    #expect(error == .blobUnknown(other, digest))
  }

  @Test func aSizeIsToldOnlyOfWhatTheRepositoryHas() async throws {
    let scene = try await pulled()
    let (digest, other) = (layer, scene.other)
    #expect(try await scene.pullThrough.blobSize(digest, in: scene.repository) == 100_000)
    let error = await failure { () throws(PullThroughError) in try await scene.pullThrough.blobSize(digest, in: other) }
    #expect(error == .blobUnknown(other, digest))
  }
}
