import NIOCore
import OCI
import Store

/// Walks images as far as they are held: what they are made of, and what refers to them. Pins, eviction, lists and inspection
/// all see the same.
struct ContentGraph: Sendable {
  let store: any ContentStore

  /// Walks what is held of a manifest and everything below it, through indexes of indexes. Asks no upstream; counts as no
  /// access.
  func contents(of digest: Digest) async throws(OperationError) -> ImageContents {
    var found = ImageContents()
    var walk = ManifestWalk(from: digest)
    while let step = walk.next() {
      guard let document = try await store.document(step.digest) else {
        // What does not parse can be held all the same, and evicted.
        found.note(step.digest, try store.record(of: step.digest), elseOf: step.size)
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
    guard configuration.size.bytes <= store.limits.maxManifestBytes,
      let record = try store.record(of: configuration.digest),
      record.size == configuration.size.bytes
    else { return nil }
    guard let bytes = try await store.bytes(of: configuration.digest, record) else { return nil }
    let limits = store.limits
    let document = bytes.withUnsafeReadableBytes { try? StrictJSON.parse($0, maxBytes: $0.count, limits: limits) }
    return document?.object.flatMap { Platform(json: $0) }
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
      let record = try store.record(of: child.digest)
      found.note(child.digest, record, elseOf: child.size)
      if let record {
        part.heldBytes.add(RemoteSize(clamping: record.size))
      } else {
        part.missingBytes.add(child.size)
      }
    }
    found.append(part)
  }

  /// What some manifests are made of, with all that refers to them, each content with its length.
  ///
  /// Of an index, only the images whose manifests are held count.
  /// - Parameter includesMissing: whether content counts that is named by a manifest that is held and is not held itself.
  /// - Returns: the contents; and those manifests of which there is more than was walked.
  func closure(
    of roots: [(repository: Repository, digest: Digest)],
    includesMissing: Bool
  ) async throws(OperationError) -> (contents: [Digest: RemoteSize], cut: [Digest]) {
    var found: [Digest: RemoteSize] = [:]
    var cut: [Digest] = []
    var walked: Set<Digest> = []
    var rest = roots
    while let root = rest.popLast() {
      guard walked.insert(root.digest).inserted else { continue }
      let contents = try await contents(of: root.digest)
      if contents.isCut { cut.append(root.digest) }
      let unknown = Set(contents.parts.filter { !$0.isManifestHeld }.map(\.digest))
      for (digest, content) in contents.contents where content.isHeld || includesMissing && !unknown.contains(digest) {
        found[digest] = content.size
      }
      for subject in Set([root.digest] + contents.indexes + contents.parts.map(\.digest)) {
        rest += try store.referrers(of: subject, in: root.repository).map { (root.repository, $0) }
      }
    }
    return (found, cut)
  }
}
