import Logging
import NIOCore
public import OCI
import PullThrough
import Store

/// Takes in images that operators bring in files.
public struct ImportService: Sendable {
  let pullThrough: PullThrough

  private var store: Store { pullThrough.store }

  /// What a tag of an imported image means now.
  /// - Returns: nil if it is not known.
  /// - Throws: ``ImportError/upstreamUnknown(_:known:)`` for a repository that clients could not ask for.
  public func meaning(of tag: Tag, inImported repository: Repository) async throws(ImportError) -> Digest? {
    await pullThrough.flush()
    let repository = try canonical(repository)
    do throws(StoreError) {
      return try store.tag(repository, tag)?.digest
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
  }

  /// The repository under its upstream's canonical name.
  public func canonical(_ repository: Repository) throws(ImportError) -> Repository {
    guard let name = pullThrough.upstreams.names.canonicalName(repository.upstream.description) else {
      throw .upstreamUnknown(repository.upstream, known: pullThrough.upstreams.names.all)
    }
    return Repository(upstream: name, name: repository.name)
  }

  /// Makes an image known whose content is all held: tags, grants, and, if it refers to another, its place among that
  /// one's referrers. One change of the index, on disk when this returns.
  ///
  /// The image's own manifests say what belongs to it, nobody else. Children of an index may be missing, as archives for
  /// some platforms only leave the others out; what a manifest that is there names must be there too.
  /// - Parameter peer: the address of whoever brought it, for the log; nil if it is not known.
  public func include(_ image: ImportedImage, from peer: String? = nil) async throws(ImportError) {
    let repository = try canonical(image.repository)
    let closure = try await closure(of: image, in: repository)
    let now = pullThrough.clock.now()
    // What an upstream said just now may still be on its way to the index: it must not be written behind this.
    await pullThrough.flush()
    let before: [Digest?]
    do throws(StoreError) {
      before = try await store.write { (index) throws(StoreError) in
        try Self.put(closure, of: repository, now: now, index)
        return try Self.put(image, of: repository, now: now, index)
      }
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
    pullThrough.forgetReferrerLists()
    tell(image, in: repository, before: before, peer: peer)
  }

  /// Whoever brings an image decides what clients get: each tag that names something else now is told with both digests.
  private func tell(_ image: ImportedImage, in repository: Repository, before: [Digest?], peer: String?) {
    var metadata: Logger.Metadata = ["repository": "\(repository)", "digest": "\(image.digest)"]
    if let peer { metadata["peer"] = "\(peer)" }
    for (tag, old) in zip(image.tags, before) where old != image.digest {
      let change: Logger.Metadata = ["tag": "\(tag)", "before": "\(old?.description ?? "none")"]
      pullThrough.log.notice("a tag is set by an import", metadata: metadata.merging(change) { $1 })
    }
    metadata["tags"] = "\(image.tags.map(\.description).joined(separator: " "))"
    pullThrough.log.notice("image imported", metadata: metadata)
  }

  /// - Returns: what each of the image's tags named before.
  private static func put(
    _ image: ImportedImage,
    of repository: Repository,
    now: Int64,
    _ index: borrowing IndexWrite
  ) throws(StoreError) -> [Digest?] {
    var before: [Digest?] = []
    for tag in image.tags {
      let known = try index.tag(repository, tag)
      before.append(known?.digest)
      var record = TagRecord(digest: image.digest, fetchedAt: now, checkedAt: now, origin: .archive)
      if let known, known.digest == image.digest {
        record.fetchedAt = known.fetchedAt
        // An import confirms nothing: what an upstream said, and when, stands.
        if known.origin != .archive { record = known }
      }
      try index.putTag(repository, tag, record)
    }
    return before
  }

  private static func put(
    _ closure: ImportedClosure,
    of repository: Repository,
    now: Int64,
    _ index: borrowing IndexWrite
  ) throws(StoreError) {
    // Looked at again: something may have been evicted since.
    for blob in closure.blobs where !blob.mediaType.isNonDistributable {
      guard try index.content(blob.digest) != nil else { throw .contentMissing(blob.digest) }
    }
    for manifest in closure.manifests {
      guard var record = try index.content(manifest.digest) else { throw .contentMissing(manifest.digest) }
      guard record.mediaType != manifest.mediaType else { continue }
      record.mediaType = manifest.mediaType
      try index.putContent(manifest.digest, record)
    }
    // What the archive left out is not the repository's by being named: whoever brings it earns the right to it.
    for descriptor in closure.manifests + closure.blobs {
      try index.grant(repository, descriptor.digest, GrantRecord(grantedAt: now))
    }
    for (subject, referrer) in closure.referrers {
      var referrers = try index.referrers(repository, subject: subject)?.referrers ?? []
      referrers.removeAll { $0.descriptor.digest == referrer.digest }
      let record = ReferrersRecord(referrers: referrers + [Referrer(referrer)], checkedAt: now)
      try index.putReferrers(repository, subject: subject, record)
    }
  }
}

/// What belongs to an imported image.
private struct ImportedClosure: Sendable {
  var manifests: [Descriptor] = []
  var blobs: [Descriptor] = []
  var referrers: [(subject: Digest, referrer: Descriptor)] = []
}

extension ImportService {
  private func closure(
    of image: ImportedImage,
    in repository: Repository
  ) async throws(ImportError) -> ImportedClosure {
    guard let root = try held(image.digest) else { throw .incomplete(repository, missing: [image.digest]) }
    var walk = ManifestClosure()
    var result = ImportedClosure()
    try Self.refusing(image.digest) { () throws(OCIError) in
      try walk.add(Descriptor(mediaType: image.mediaType, digest: image.digest, size: RemoteSize(clamping: root.size)))
    }
    while let descriptor = walk.next() {
      guard let record = try held(descriptor.digest) else {
        walk.leaveOut(descriptor)
        continue
      }
      let manifest = try await parse(descriptor, record)
      if let subject = manifest.subject { result.referrers.append((subject.digest, manifest.listing(descriptor))) }
      try Self.refusing(descriptor.digest) { () throws(OCIError) in try walk.read(manifest, of: descriptor) }
      guard walk.manifests.count <= ManifestWalk.maxManifests else {
        throw .manifestRefused(image.digest, reason: "it has more than \(ManifestWalk.maxManifests) manifests")
      }
    }
    var missing: [Digest] = []
    for blob in walk.blobs where !blob.mediaType.isNonDistributable {
      if try held(blob.digest) == nil { missing.append(blob.digest) }
    }
    guard missing.isEmpty else { throw .incomplete(repository, missing: missing) }
    (result.manifests, result.blobs) = (walk.manifests, walk.blobs)
    return result
  }

  private func held(_ digest: Digest) throws(ImportError) -> ContentRecord? {
    do throws(StoreError) { return try store.content(digest) } catch { throw .storeFailed(reason: "\(error)") }
  }

  private func parse(_ descriptor: Descriptor, _ record: ContentRecord) async throws(ImportError) -> Manifest {
    guard record.size == descriptor.size.bytes, record.size <= pullThrough.limits.maxManifestBytes else {
      throw .manifestRefused(descriptor.digest, reason: "named with \(descriptor.size) bytes, held with \(record.size)")
    }
    let bytes: ByteBuffer
    do throws(StoreError) {
      bytes = try await pullThrough.documents.read(descriptor.digest, record)
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
    do throws(OCIError) {
      return try bytes.withUnsafeReadableBytes { (bytes) throws(OCIError) in
        try Manifest.parse(bytes, declared: descriptor.mediaType, limits: pullThrough.limits)
      }
    } catch {
      throw .manifestRefused(descriptor.digest, reason: "\(error)")
    }
  }

  private static func refusing(_ digest: Digest, _ body: () throws(OCIError) -> Void) throws(ImportError) {
    do throws(OCIError) { try body() } catch { throw .manifestRefused(digest, reason: "\(error)") }
  }
}

extension Manifest {
  /// The descriptor under which a referrer is listed (distribution-spec §Listing Referrers).
  fileprivate func listing(_ descriptor: Descriptor) -> Descriptor {
    Descriptor(
      mediaType: mediaType,
      digest: descriptor.digest,
      size: descriptor.size,
      artifactType: effectiveArtifactType,
      annotations: annotations
    )
  }
}
