import OCI
import Upstream

/// Documents of images, made of given bytes.
struct SampleImage {
  let config: [UInt8]
  let layers: [[UInt8]]
  let manifest: [UInt8]

  var digest: Digest { Digest.of(manifest) }
  var blobs: [[UInt8]] { [config] + layers }

  /// - Parameter subject: what it refers to.
  init(_ name: String, layers: [[UInt8]], subject: Digest? = nil) {
    config = Array(#"{"os":"linux","architecture":"amd64","author":"\#(name)"}"#.utf8)
    self.layers = layers
    let listed = layers.map { Self.descriptor($0, "application/vnd.oci.image.layer.v1.tar") }.joined(separator: ",")
    let subject = subject.map { #","subject":\#(Self.descriptor(digest: $0, 1, "\(MediaType.ociManifest)"))"# } ?? ""
    manifest = Array(
      #"{"schemaVersion":2,"mediaType":"\#(MediaType.ociManifest)","config":\#(Self.descriptor(config, "\(MediaType.ociImageConfig)")),"layers":[\#(listed)]\#(subject)}"#
        .utf8
    )
  }

  /// An index of manifests.
  static func index(_ children: [(bytes: [UInt8], mediaType: MediaType)]) -> [UInt8] {
    let listed = children.map { descriptor($0.bytes, "\($0.mediaType)") }.joined(separator: ",")
    return Array(
      #"{"schemaVersion":2,"mediaType":"\#(MediaType.ociIndex)","manifests":[\#(listed)]}"#.utf8
    )
  }

  static func descriptor(_ bytes: [UInt8], _ mediaType: String) -> String {
    descriptor(digest: Digest.of(bytes), bytes.count, mediaType)
  }

  private static func descriptor(digest: Digest, _ size: Int, _ mediaType: String) -> String {
    #"{"mediaType":"\#(mediaType)","digest":"\#(digest)","size":\#(size)}"#
  }
}

extension InMemoryRegistry {
  /// Has an image, all of it, by a tag.
  func put(_ image: SampleImage, as tag: Tag? = nil, in name: RepositoryName) {
    put(image.manifest, .ociManifest, as: tag, in: name)
    for blob in image.blobs { put(blob, in: name) }
  }

  /// Has a manifest.
  func put(_ manifest: [UInt8], _ mediaType: MediaType, as tag: Tag? = nil, in name: RepositoryName) {
    let digest = Digest.of(manifest)
    with { state in
      state.manifests[name, default: [:]][digest] = (manifest, mediaType)
      if let tag { state.tags[name, default: [:]][tag] = digest }
    }
  }

  /// Has a blob.
  func put(_ blob: [UInt8], in name: RepositoryName) {
    with { $0.blobs[name, default: [:]][Digest.of(blob)] = blob }
  }
}
