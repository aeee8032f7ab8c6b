import NIOCore
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
    fileprivate static func missing(_ step: ManifestWalk.Step) -> Part {
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
  public fileprivate(set) var isCut = false
  /// What the topmost manifest refers to.
  public private(set) var subject: Digest?

  /// The configuration of an image that is no index.
  fileprivate var configuration: Descriptor?

  /// Bytes that are held, each content once.
  public var heldBytes: RemoteSize { contents.values.lazy.filter(\.isHeld).map(\.size).saturatingSum() }
  /// Bytes that parts with a held manifest lack.
  public var missingBytes: RemoteSize { parts.lazy.filter(\.isManifestHeld).map(\.missingBytes).saturatingSum() }
  /// All that is held.
  public var held: Set<Digest> { Set(contents.filter { $0.value.isHeld }.keys) }

  fileprivate mutating func note(_ digest: Digest, size: RemoteSize, isHeld: Bool) {
    contents[digest] = (size, isHeld)
  }

  /// Notes content that is held with its file's length, or else with the one that a manifest says.
  fileprivate mutating func note(_ digest: Digest, _ record: ContentRecord?, elseOf told: RemoteSize) {
    note(digest, size: record.map { RemoteSize(clamping: $0.size) } ?? told, isHeld: record != nil)
  }

  fileprivate mutating func begin(_ manifest: Manifest) {
    mediaType = manifest.mediaType
    subject = manifest.subject?.digest
    configuration = manifest.config
  }

  fileprivate mutating func enter(_ index: Digest) { indexes.append(index) }

  fileprivate mutating func append(_ part: Part) { parts.append(part) }

  /// Of an image that is no index: what it runs on.
  fileprivate mutating func runs(on platform: Platform) {
    for index in parts.indices { parts[index].platform = platform }
  }
}

extension PullThrough {
  /// Walks what is held of a manifest and everything below it, through indexes of indexes. Asks no upstream; counts as no
  /// access.
  func contents(of digest: Digest) async throws(OperationError) -> ImageContents {
    var found = ImageContents()
    var walk = ManifestWalk(from: digest)
    while let step = walk.next() {
      guard let document = try await heldDocument(step.digest) else {
        // What does not parse can be held all the same, and evicted.
        found.note(step.digest, try record(of: step.digest), elseOf: step.size)
        if step.depth > 0 { found.append(.missing(step)) }
        continue
      }
      found.note(step.digest, size: document.size, isHeld: true)
      if step.depth == 0 { found.begin(document.manifest) }
      if document.manifest.kind == .index {
        found.enter(step.digest)
        walk.enter(document.manifest, of: step, size: document.size)
      } else {
        try addPart(step.digest, step.platform, document.manifest, rootBytes: document.size, to: &found)
      }
    }
    found.isCut = walk.isCut
    return found
  }

  /// The same, for people: an image that is no index has the platform that its configuration tells, if that is held.
  func describedContents(of digest: Digest) async throws(OperationError) -> ImageContents {
    var found = try await contents(of: digest)
    if let configuration = found.configuration, let platform = try await platform(in: configuration) {
      found.runs(on: platform)
    }
    return found
  }

  private func platform(in configuration: Descriptor) async throws(OperationError) -> Platform? {
    // Of an artifact the configuration may be anything.
    guard configuration.size.bytes <= limits.maxManifestBytes, let record = try record(of: configuration.digest),
      record.size == configuration.size.bytes
    else { return nil }
    do throws(StoreError) {
      let bytes = try await read(configuration.digest, record)
      let limits = limits
      let document = bytes.withUnsafeReadableBytes { try? StrictJSON.parse($0, maxBytes: $0.count, limits: limits) }
      return document?.object.flatMap { Platform(json: $0) }
    } catch {
      if error.isContentLost { return nil }
      throw .storeFailed(reason: "\(error)")
    }
  }

  private func addPart(
    _ digest: Digest,
    _ platform: Platform?,
    _ manifest: Manifest,
    rootBytes: RemoteSize,
    to found: inout ImageContents
  ) throws(OperationError) {
    var part = ImageContents.Part(
      platform: platform,
      digest: digest,
      isManifestHeld: true,
      heldBytes: rootBytes,
      missingBytes: 0
    )
    for child in manifest.referenced {
      let record = try record(of: child.digest)
      found.note(child.digest, record, elseOf: child.size)
      if let record {
        part.heldBytes.add(RemoteSize(clamping: record.size))
      } else {
        part.missingBytes.add(child.size)
      }
    }
    found.append(part)
  }

  /// A manifest that is held, and its length; nil when it is not held or does not parse.
  func heldDocument(_ digest: Digest) async throws(OperationError) -> (manifest: Manifest, size: RemoteSize)? {
    guard let record = try record(of: digest), let mediaType = record.mediaType else { return nil }
    do throws(StoreError) {
      let bytes = try await read(digest, record)
      guard let manifest = try? parse(bytes, mediaType) else { return nil }
      return (manifest, RemoteSize(clamping: bytes.readableBytes))
    } catch {
      if error.isContentLost { return nil }
      throw .storeFailed(reason: "\(error)")
    }
  }

  func record(of digest: Digest) throws(OperationError) -> ContentRecord? {
    do throws(StoreError) {
      return try store.content(digest)
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
  }
}
