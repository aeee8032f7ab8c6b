/// An image to be made: layers of noise, with the configuration, manifests and index that belong to them.
public struct ImageSpecification: Sendable, Codable {
  /// Which media types the documents carry.
  public enum Schema: String, Sendable, Codable {
    case oci, docker
  }

  /// An artifact that refers to the image by `subject`.
  public struct Referrer: Sendable, Codable {
    /// Its `artifactType`.
    public var artifactType: String
    /// Its annotations.
    public var annotations: [String: String]
    /// Its one layer.
    public var layer: GeneratedContent

    enum CodingKeys: String, CodingKey, CaseIterable { case artifactType, annotations, layer }

    /// An artifact of a given type.
    public init(
      artifactType: String,
      annotations: [String: String] = [:],
      layer: GeneratedContent = GeneratedContent(size: 64, seed: 0)
    ) {
      self.artifactType = artifactType
      self.annotations = annotations
      self.layer = layer
    }

    /// Reads the JSON form; only `artifactType` is required.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
      self.init(
        artifactType: try container.decode(String.self, forKey: .artifactType),
        annotations: try container.value(.annotations, else: [:]),
        layer: try container.value(.layer, else: GeneratedContent(size: 64, seed: 0))
      )
    }
  }

  /// Where it goes.
  public var repository: String
  /// The tag that will point at it; nil for none.
  public var tag: String?
  /// The layers of the first platform; the others get layers of the same sizes and other noise.
  public var layers: [GeneratedContent]
  /// `os/architecture[/variant]` each. One gives a plain manifest, several an index over manifests.
  public var platforms: [String]
  /// Which media types.
  public var schema: Schema
  /// Artifacts that refer to what the tag points at.
  public var referrers: [Referrer]

  enum CodingKeys: String, CodingKey, CaseIterable { case repository, tag, layers, platforms, schema, referrers }

  /// An image of one platform, unless said otherwise.
  public init(
    repository: String,
    tag: String? = "latest",
    layers: [GeneratedContent],
    platforms: [String] = ["linux/amd64"],
    schema: Schema = .oci,
    referrers: [Referrer] = []
  ) {
    self.repository = repository
    self.tag = tag
    self.layers = layers
    self.platforms = platforms
    self.schema = schema
    self.referrers = referrers
  }

  /// Reads the JSON form; `repository` and `layers` are required, and an absent `tag` means none.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    self.init(
      repository: try container.decode(String.self, forKey: .repository),
      tag: try container.decodeIfPresent(String.self, forKey: .tag),
      layers: try container.decode([GeneratedContent].self, forKey: .layers),
      platforms: try container.value(.platforms, else: ["linux/amd64"]),
      schema: try container.value(.schema, else: .oci),
      referrers: try container.value(.referrers, else: [])
    )
  }
}

/// The digests of an image that was made or loaded.
public struct ImageDigests: Sendable, Codable, Equatable {
  /// One platform's part.
  public struct PlatformImage: Sendable, Codable, Equatable {
    /// `os/architecture[/variant]`.
    public var platform: String
    /// Its manifest.
    public var manifest: String
    /// Its configuration.
    public var config: String
    /// Its layers, lowest first.
    public var layers: [String]
  }

  /// Where it is.
  public var repository: String
  /// The tag that points at it.
  public var tag: String?
  /// What the tag points at: the index if there is one, else the manifest.
  public var digest: String
  /// The index, if there are several platforms.
  public var index: String?
  /// One for each platform, in the order asked for.
  public var manifests: [PlatformImage]
  /// The referring artifacts' manifests, in the order asked for.
  public var referrers: [String]
}
