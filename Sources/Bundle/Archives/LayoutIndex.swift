import OCI

/// The `index.json` of an OCI image layout (image-spec §Image Layout): which images there are, and their names.
struct LayoutIndex: Equatable {
  /// An image, or what refers to one.
  struct Entry: Equatable {
    var descriptor: Descriptor
    /// The name in full, if the layout says it.
    var name: ImageName?
    /// What the layout calls it otherwise, such as a tag alone.
    var label: String?
  }

  static let fileName = "index.json"

  var entries: [Entry]
  /// Digests of the `index.json` of earlier bundles, whose content this one leaves out.
  var bases: [Digest] = []

  init(_ entries: [Entry], bases: [Digest] = []) {
    (self.entries, self.bases) = (entries, bases)
  }

  init(parsing bytes: [UInt8], limits: Limits) throws(OCIError) {
    let index = try bytes.withBytes { (bytes) throws(OCIError) in
      try Manifest.parse(bytes, declared: .ociIndex, limits: limits)
    }
    entries = index.manifests.map(Entry.init)
    for text in (index.annotations[Annotation.bases] ?? "").split(separator: ",") {
      bases.append(try Digest(parsing: text))
    }
  }

  /// Equal entries give equal bytes, in whatever order they were gathered.
  func render() -> [UInt8] {
    let sorted = entries.sorted { $0.order < $1.order }
    var object = JSONObject()
    object.append("schemaVersion", 2)
    object.append("mediaType", .string(MediaType.ociIndex.description))
    object.append("manifests", .array(sorted.map(\.annotated.json)))
    if !bases.isEmpty {
      let text = Set(bases).sorted().map(\.description).joined(separator: ",")
      object.append("annotations", .object(JSONObject([.init(name: Annotation.bases, value: .string(text))])))
    }
    return JSONText.render(.object(object))
  }

  enum Annotation {
    /// image-spec §Annotations. Readers of layouts look images up by it.
    static let refName = "org.opencontainers.image.ref.name"
    /// containerd's full name of an image; `docker save` writes it too.
    static let containerdName = "io.containerd.image.name"
    /// Which earlier bundles hold what this one leaves out.
    static let bases = "dev.berth.bundle.since"
  }
}

extension LayoutIndex.Entry {
  init(_ descriptor: Descriptor) {
    self.descriptor = descriptor
    let refName = descriptor.annotations[LayoutIndex.Annotation.refName]
    let full = [descriptor.annotations[LayoutIndex.Annotation.containerdName], refName]
      .compactMap { $0 }.first(where: ImageName.isFull)
    name = full.flatMap { try? ImageName(parsing: $0) }
    label = name == nil ? refName : nil
  }

  /// The descriptor as it stands in the file.
  fileprivate var annotated: Descriptor {
    var annotated = descriptor
    if let name {
      annotated.annotations[LayoutIndex.Annotation.refName] = name.description
      annotated.annotations[LayoutIndex.Annotation.containerdName] = name.description
    }
    return annotated
  }

  /// Named images first, by name; then the others, by digest.
  fileprivate var order: String { name.map { "0\($0)" } ?? "1\(descriptor.digest)" }
}
