import Foundation
import NIOCore
import OCI

/// A manifest as it was put: verbatim bytes, the media type to serve it under, and what listings need to know of it.
///
/// The bytes need not be JSON: broken manifests are part of the game.
struct StoredManifest: Sendable {
  let bytes: ByteBuffer
  let mediaType: String
  let digest: Digest
  let subject: Digest?
  let artifactType: String?
  let annotations: [String: String]
  /// The children of an index, with their platforms.
  let children: [(digest: String, platform: String)]

  /// Reads what can be read of `bytes`. `mediaType` is taken from the document when not given.
  init(bytes: ByteBuffer, mediaType: String?, algorithm: DigestAlgorithm = .sha256) {
    let document = try? JSONDecoder().decode(Document.self, from: Data(bytes.readableBytesView))
    self.bytes = bytes
    self.mediaType = mediaType ?? document?.mediaType ?? ManifestMediaType.ociManifest
    digest = Digest.of(bytes, algorithm)
    subject = (document?.subject?.digest).flatMap { try? Digest(parsing: $0) }
    artifactType = document?.artifactType ?? document?.config?.mediaType
    annotations = document?.annotations ?? [:]
    children = (document?.manifests ?? []).map { ($0.digest, $0.platform?.description ?? "") }
  }

  private struct Document: Decodable {
    struct Descriptor: Decodable {
      var mediaType: String?
      var digest: String
      var platform: Platform?
    }

    struct Platform: Decodable, CustomStringConvertible {
      var os: String
      var architecture: String
      var variant: String?

      var description: String { "\(os)/\(architecture)" + (variant.map { "/\($0)" } ?? "") }
    }

    var mediaType: String?
    var artifactType: String?
    var config: Descriptor?
    var subject: Descriptor?
    var manifests: [Descriptor]?
    var annotations: [String: String]?
  }
}

/// The media types of manifests.
enum ManifestMediaType {
  static let ociManifest = "application/vnd.oci.image.manifest.v1+json"
  static let ociIndex = "application/vnd.oci.image.index.v1+json"
  static let dockerManifest = "application/vnd.docker.distribution.manifest.v2+json"
  static let dockerList = "application/vnd.docker.distribution.manifest.list.v2+json"
}
