import Foundation
import NIOCore
import OCI

/// The JSON documents that the tool writes itself, as they go over the wire.
struct DescriptorDocument: Encodable, Sendable {
  struct Platform: Encodable, Sendable {
    var os: String
    var architecture: String
    var variant: String?
  }

  var mediaType: String
  var digest: String
  var size: Int64
  var artifactType: String?
  var annotations: [String: String]?
  var platform: Platform?
}

/// An image manifest, OCI or Docker schema 2.
struct ImageManifestDocument: Encodable {
  var schemaVersion = 2
  var mediaType: String
  var artifactType: String?
  var config: DescriptorDocument
  var layers: [DescriptorDocument]
  var subject: DescriptorDocument?
  var annotations: [String: String]?
}

/// An index or manifest list; also the answer to a referrers request.
struct ImageIndexDocument: Encodable {
  var schemaVersion = 2
  var mediaType: String
  var manifests: [DescriptorDocument]
}

/// An image configuration, as small as engines accept it.
struct ImageConfigDocument: Encodable {
  struct RootFilesystem: Encodable {
    var type = "layers"
    var diff_ids: [String]
  }

  struct Run: Encodable {
    var Cmd = ["/bin/true"]
  }

  var created = "1970-01-01T00:00:00Z"
  var architecture: String
  var os: String
  var variant: String?
  var config = Run()
  var rootfs: RootFilesystem
}

enum WireJSON {
  /// `value` as JSON: keys sorted, so that the same value is the same bytes.
  static func encode(_ value: some Encodable) -> ByteBuffer {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Encoding fails for numbers that JSON lacks only, and none of these documents has a floating-point number.
    guard let data = try? encoder.encode(value) else { return ByteBuffer(string: "null") }
    return ByteBuffer(bytes: data)
  }
}
