public import OCI
import Store

/// What an image is made of, as far as the manifests that are held tell.
public struct ImageContents: Sendable {
  /// One image of an index, or the only one.
  public struct Part: Sendable {
    /// What it runs on; nil where nothing says it.
    public var platform: Platform?
    /// Its manifest.
    public var digest: Digest
    /// Whether its manifest is held; if not, nothing is known of its layers.
    public var isManifestHeld: Bool
    /// Bytes of it that are held.
    public var heldBytes: RemoteSize
    /// Bytes of it that are known to be missing.
    public var missingBytes: RemoteSize

    /// A manifest that an index names and that is not held.
    static func missing(_ step: ManifestWalk.Step) -> Part {
      Part(platform: step.platform, digest: step.digest, isManifestHeld: false, heldBytes: 0, missingBytes: step.size)
    }

    /// Whether an engine could pull it from what is held.
    public var isComplete: Bool { isManifestHeld && missingBytes == 0 }
  }

  /// Everything that the manifests name, with its length and whether it is held. What is held has the length of
  /// its file, whatever a manifest says.
  public private(set) var contents: [Digest: (size: RemoteSize, isHeld: Bool)] = [:]
  /// The images, in the order of the index.
  public private(set) var parts: [Part] = []
  /// The type of the topmost manifest; nil if it is not held.
  public private(set) var mediaType: MediaType?
  /// The indexes among them, from the topmost on.
  public private(set) var indexes: [Digest] = []
  /// Whether there is more than is told here: indexes in indexes beyond any use.
  public internal(set) var isCut = false
  /// What the topmost manifest refers to.
  public private(set) var subject: Digest?

  /// The configuration of an image that is no index.
  private(set) var configuration: Descriptor?

  /// Bytes that are held, each content once.
  public var heldBytes: RemoteSize { contents.values.lazy.filter(\.isHeld).map(\.size).saturatingSum() }
  /// Bytes that parts with a held manifest lack.
  public var missingBytes: RemoteSize { parts.lazy.filter(\.isManifestHeld).map(\.missingBytes).saturatingSum() }
  /// All that is held.
  public var held: Set<Digest> { Set(contents.filter { $0.value.isHeld }.keys) }

  mutating func note(_ digest: Digest, size: RemoteSize, isHeld: Bool) {
    contents[digest] = (size, isHeld)
  }

  /// Notes content that is held with its file's length, or else with the one that a manifest says.
  mutating func note(_ digest: Digest, _ record: ContentRecord?, elseOf told: RemoteSize) {
    note(digest, size: record.map { RemoteSize(clamping: $0.size) } ?? told, isHeld: record != nil)
  }

  mutating func begin(_ manifest: Manifest) {
    mediaType = manifest.mediaType
    subject = manifest.subject?.digest
    configuration = manifest.config
  }

  mutating func enter(_ index: Digest) { indexes.append(index) }

  mutating func append(_ part: Part) { parts.append(part) }

  /// Of an image that is no index: what it runs on.
  mutating func runs(on platform: Platform) {
    for index in parts.indices { parts[index].platform = platform }
  }
}
