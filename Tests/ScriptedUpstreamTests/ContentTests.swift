import Foundation
import NIOCore
import OCI
import Testing

@testable import ScriptedUpstream

/// Making content: noise, images, layouts.
@Suite struct ContentTests {
  @Test(arguments: [0, 1, 7, 8, 9, 1 << 20, (1 << 20) + 1, (5 << 20) + 3] as [Int64])
  func noiseIsTheSameWholeAndInParts(_ size: Int64) throws {
    let recipe = GeneratedContent(size: size, seed: 42)
    let (content, digest) = try recipe.make()
    #expect(content.size == size)
    let bytes = content.bytes
    #expect(Digest.of(bytes) == digest)
    let middle = (size / 2)..<min(size, size / 2 + 100)
    #expect(recipe.bytes(middle) == bytes.getBytes(at: Int(middle.lowerBound), length: middle.count))
  }

  @Test func noiseHasNotChanged() throws {
    // Other languages and later versions must be able to make the same bytes.
    let bytes: [UInt8] = [175, 205, 29, 123, 57, 168, 32, 226, 244, 101, 185, 161, 106, 158, 120, 110]
    #expect(GeneratedContent(size: 16, seed: 0).bytes(0..<16) == bytes)
  }

  @Test func seedsDiffer() throws {
    #expect(try GeneratedContent(size: 8, seed: 1).make().digest != GeneratedContent(size: 8, seed: 2).make().digest)
  }

  @Test func aNegativeSizeIsRefused() {
    #expect(throws: ScriptedUpstreamError.self) { try GeneratedContent(size: -1, seed: 0).make() }
  }

  struct Manifest: Decodable {
    struct Descriptor: Decodable {
      struct Platform: Decodable, Equatable {
        var os: String
        var architecture: String
        var variant: String?
      }

      var mediaType: String
      var digest: String
      var size: Int
      var platform: Platform?
    }

    var mediaType: String
    var config: Descriptor?
    var layers: [Descriptor]?
    var manifests: [Descriptor]?
    var subject: Descriptor?
  }

  @Test(arguments: [
    (ImageSpecification.Schema.oci, ManifestMediaType.ociIndex, ManifestMediaType.ociManifest),
    (.docker, ManifestMediaType.dockerList, ManifestMediaType.dockerManifest),
  ])
  func anImageHangsTogether(_ schema: ImageSpecification.Schema, _ indexType: String, _ type: String) async throws {
    try await Scene.run { scene in
      let image = try await scene.upstream.addImage(
        ImageSpecification(
          repository: "lib/app",
          tag: "2",
          layers: [GeneratedContent(size: 100, seed: 5), GeneratedContent(size: 200, seed: 6)],
          platforms: ["linux/amd64", "linux/arm64/v8"],
          schema: schema
        )
      )
      let (head, body) = try await scene.get("/v2/lib/app/manifests/2")
      let index = try JSONDecoder().decode(Manifest.self, from: Data(body))
      #expect((head["Content-Type"], index.mediaType) == (indexType, indexType))
      #expect(index.manifests?.map(\.digest) == image.manifests.map(\.manifest))
      #expect(index.manifests?[1].platform == .init(os: "linux", architecture: "arm64", variant: "v8"))
      for child in image.manifests {
        let (_, body) = try await scene.get("/v2/lib/app/manifests/\(child.manifest)")
        let manifest = try JSONDecoder().decode(Manifest.self, from: Data(body))
        #expect((manifest.mediaType, manifest.layers?.map(\.digest)) == (type, child.layers))
        for descriptor in [try #require(manifest.config)] + (manifest.layers ?? []) {
          let bytes = try await scene.get("/v2/lib/app/blobs/\(descriptor.digest)").body
          #expect((bytes.count, Digest.of(bytes).description) == (descriptor.size, descriptor.digest))
        }
      }
      #expect(Set(image.manifests.flatMap(\.layers)).count == 4)
    }
  }

  @Test func anImageOfOnePlatformHasNoIndex() async throws {
    try await Scene.run { scene in
      let image = try await scene.upstream.addImage(
        ImageSpecification(repository: "one", layers: [GeneratedContent(size: 1, seed: 1)])
      )
      #expect((image.index, image.digest) == (nil, image.manifests[0].manifest))
      #expect(try await scene.get("/v2/one/manifests/latest").head["Docker-Content-Digest"] == image.digest)
    }
  }

  @Test(arguments: [[], ["linux"], ["a/b/c/d"]] as [[String]])
  func platformsAreChecked(_ platforms: [String]) async throws {
    try await Scene.run { scene in
      let specification = ImageSpecification(repository: "x", layers: [], platforms: platforms)
      await #expect(throws: ScriptedUpstreamError.self) { try await scene.upstream.addImage(specification) }
    }
  }

  @Test func aLayoutIsLoaded() async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "layout-\(UUID().uuidString)")
    let blobs = directory.appending(path: "blobs/sha256")
    try FileManager.default.createDirectory(at: blobs, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    func write(_ text: String) throws -> Digest {
      let digest = Digest.of(text.utf8)
      try Data(text.utf8).write(to: blobs.appending(path: digest.hex))
      return digest
    }
    let config = try write("{}")
    let layer = try write("layer")
    let manifest = try write(
      #"{"config":{"mediaType":"c","digest":"\#(config)"},"layers":[{"mediaType":"l","digest":"\#(layer)"}]}"#
    )
    let entry = #"{"mediaType":"\#(ManifestMediaType.ociManifest)","digest":"\#(manifest)""#
    let index = #"{"manifests":[\#(entry),"annotations":{"org.opencontainers.image.ref.name":"v1"}}]}"#
    try Data(index.utf8).write(to: directory.appending(path: "index.json"))
    try await Scene.run { (scene) async throws in
      #expect(try await scene.upstream.loadLayout(directory.path, into: "loaded") == ["v1": manifest])
      #expect(try await scene.get("/v2/loaded/manifests/v1").head["Docker-Content-Digest"] == manifest.description)
      #expect(try await scene.get("/v2/loaded/blobs/\(layer)").body == Array("layer".utf8))
      #expect(try await scene.get("/v2/app/blobs/\(layer)").head.status == 404)
      await #expect(throws: ScriptedUpstreamError.self) {
        try await scene.upstream.loadLayout(directory.path + "/none", into: "loaded")
      }
    }
  }
}
