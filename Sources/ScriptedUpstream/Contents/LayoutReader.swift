import Foundation
import NIOCore
import OCI

/// Reads the images of an OCI image layout (image-spec §Image Layout) from a directory that the caller trusts.
struct LayoutReader {
  private let directory: String
  private(set) var blobs: [(digest: Digest, content: Content)] = []
  private(set) var manifests: [(manifest: StoredManifest, tags: [String])] = []

  private struct Index: Decodable {
    struct Descriptor: Decodable {
      var mediaType: String
      var digest: String
      var annotations: [String: String]?
    }

    var manifests: [Descriptor]?
    var config: Descriptor?
    var layers: [Descriptor]?
  }

  /// Reads everything that `index.json` leads to. Blobs are taken by name, not hashed. Blocking.
  ///
  /// A manifest's tag is its `org.opencontainers.image.ref.name` in `index.json`.
  static func read(_ directory: String) throws(ScriptedUpstreamError) -> LayoutReader {
    var reader = LayoutReader(directory: directory)
    let index = try reader.decode(try Content.file(at: directory + "/index.json").bytes, of: "index.json")
    for descriptor in index.manifests ?? [] {
      let tag = descriptor.annotations?["org.opencontainers.image.ref.name"]
      try reader.addManifest(descriptor, tags: tag.map { [$0] } ?? [])
    }
    return reader
  }

  private init(directory: String) { self.directory = directory }

  private func decode(_ bytes: ByteBuffer, of name: String) throws(ScriptedUpstreamError) -> Index {
    do {
      return try JSONDecoder().decode(Index.self, from: Data(bytes.readableBytesView))
    } catch {
      throw .invalid("\(directory): \(name) is no index or manifest: \(error)")
    }
  }

  private func content(of text: String) throws(ScriptedUpstreamError) -> (Digest, Content) {
    guard let digest = try? Digest(parsing: text) else { throw .invalid("\(directory): '\(text)' is no digest") }
    return (digest, try Content.file(at: "\(directory)/blobs/\(digest.algorithm.name)/\(digest.hex)"))
  }

  private mutating func addManifest(
    _ descriptor: Index.Descriptor,
    tags: [String] = []
  ) throws(ScriptedUpstreamError) {
    let (_, content) = try content(of: descriptor.digest)
    manifests.append((StoredManifest(bytes: content.bytes, mediaType: descriptor.mediaType), tags))
    let document = try decode(content.bytes, of: descriptor.digest)
    for child in document.manifests ?? [] { try addManifest(child) }
    for blob in [document.config].compactMap(\.self) + (document.layers ?? []) {
      blobs.append(try self.content(of: blob.digest))
    }
  }
}
