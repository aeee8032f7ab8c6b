import OCI

/// Manifests and indexes as bytes.
enum Documents {
  static func manifest(_ config: [UInt8], layers: [[UInt8]]) -> [UInt8] {
    let listed = layers.map { descriptor($0, "application/vnd.oci.image.layer.v1.tar") }.joined(separator: ",")
    let config = descriptor(config, "\(MediaType.ociImageConfig)")
    return Array(
      #"{"schemaVersion":2,"mediaType":"\#(MediaType.ociManifest)","config":\#(config),"layers":[\#(listed)]}"#.utf8
    )
  }

  static func index(_ children: [(bytes: [UInt8], mediaType: MediaType)]) -> [UInt8] {
    let listed = children.map { descriptor($0.bytes, "\($0.mediaType)") }.joined(separator: ",")
    return Array(#"{"schemaVersion":2,"mediaType":"\#(MediaType.ociIndex)","manifests":[\#(listed)]}"#.utf8)
  }

  private static func descriptor(_ bytes: [UInt8], _ mediaType: String) -> String {
    #"{"mediaType":"\#(mediaType)","digest":"\#(Digest.of(bytes))","size":\#(bytes.count)}"#
  }
}
