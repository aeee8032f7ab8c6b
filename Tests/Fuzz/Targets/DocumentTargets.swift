import OCI

extension FuzzTarget {
  /// JSON that Berth acts upon.
  static let documents = [
    FuzzTarget("json") { bytes in
      guard let value = try? StrictJSON.parse(bytes, maxBytes: 1 << 20, limits: Limits()) else { return }
      let again = try StrictJSON.parse(JSONText.render(value), maxBytes: .max, limits: Limits())
      try promise(again == value, "it reads back")
    },
    FuzzTarget("manifest") { bytes in
      let limits = Limits()
      for declared in [nil, MediaType.ociIndex, .ociManifest] {
        let parsed = bytes.withUnsafeBytes { try? Manifest.parse($0, declared: declared, limits: limits) }
        guard let manifest = parsed else { continue }
        try promise(declared == nil || manifest.mediaType == declared, "it is what it came as")
        let sizes = manifest.referenced.map(\.size)
        try promise(sizes.allSatisfy { $0.bytes <= limits.maxBlobBytes }, "no size is above the largest blob")
        let sum = sizes.saturatingSum()
        try promise(sizes.allSatisfy { $0 <= sum }, "a sum is no less than its parts")
        var closure = ManifestClosure()
        try? closure.read(manifest, of: Descriptor(mediaType: manifest.mediaType, digest: .of(bytes), size: 1))
        while closure.next() != nil {}
      }
    },
    FuzzTarget("referrers") { bytes in
      let parsed = bytes.withUnsafeBytes {
        try? ReferrersDocument.parse($0, declared: .ociIndex, limits: Limits())
      }
      guard let list = parsed else { return }
      let rendered = list.render()
      let again = try rendered.withUnsafeBytes {
        try ReferrersDocument.parse($0, declared: .ociIndex, limits: Limits())
      }
      try promise(again.render() == rendered, "a list that Berth makes is one that it reads")
    },
  ]
}
