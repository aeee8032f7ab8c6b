import Logging
import NIOCore
import OCI
import Store

extension PullThrough {
  /// Makes a verified manifest known, and keeps it behind the answer.
  func keepBehind(_ verified: VerifiedManifest, as reference: Reference, for repository: Repository) async {
    let now = clock.now()
    let size = Int64(verified.bytes.readableBytes)
    var item = PendingKnowledge.Item(repository: repository, contentBytes: verified.bytes.readableBytes)
    item.grants[verified.digest] = GrantRecord(expectedSize: RemoteSize(clamping: size), grantedAt: now)
    for child in verified.manifest.referenced {
      item.grants[child.digest] = GrantRecord(expectedSize: child.size, grantedAt: now)
    }
    if case .tag(let tag) = reference {
      item.tag = (tag, TagRecord(digest: verified.digest, fetchedAt: now, checkedAt: now))
    }
    await pending.begin(item) { [item] in await self.keep(verified, item, at: now) }
  }

  /// Keeps a verified manifest, and with it, in one commit, all that it makes known: what the repository includes, and the
  /// tag that it was asked for by.
  ///
  /// A store that cannot keep it costs the client nothing: the manifest is served from memory and fetched again later.
  private func keep(_ verified: VerifiedManifest, _ item: PendingKnowledge.Item, at now: Int64) async {
    let (store, digest, bytes) = (store, verified.digest, verified.bytes)
    let size = Int64(bytes.readableBytes)
    let (repository, mediaType) = (item.repository, verified.manifest.mediaType)
    defer { noteImagesChanged() }
    do throws(StoreError) {
      let reservation = try await store.reserve(size)
      try await pending.publisher.publish(bytes, as: digest)
      try await store.write { (index) throws(StoreError) in
        try index.putContent(digest, ContentRecord(size: size, mediaType: mediaType, lastAccess: now))
        index.settle(reservation)
        for (digest, grant) in item.grants { try index.grant(repository, digest, grant) }
        if let tag = item.tag { try Self.note(tag.name, is: digest, in: repository, at: now, index) }
      }
      keeping.kept()
    } catch {
      keeping.notKept(digest, because: error)
      if error.isLackOfRoom { pending.publisher.withdraw(digest) }
      if let tag = item.tag { await note(tag.name, is: digest, in: repository) }
    }
  }

  /// The bytes of a held manifest. A file that is gone or of the wrong length has been dropped: it is fetched again.
  func read(_ digest: Digest, _ record: ContentRecord) async throws(StoreError) -> ByteBuffer {
    let store = store
    let bytes = try await lanes.run { () throws(StoreError) in
      let file = try store.open(digest, record)
      return FileReading.read(file.descriptor, 0..<file.size, allocator: ByteBufferAllocator())
    }
    guard let bytes, bytes.withUnsafeReadableBytes({ Digest.of($0, digest.algorithm) }) == digest else {
      log.warning("a held manifest is damaged and dropped", metadata: ["digest": "\(digest)"])
      try await store.write { (index) throws(StoreError) in _ = try index.removeContent(digest) }
      throw .contentMissing(digest)
    }
    return bytes
  }

  /// What a manifest says, read from bytes that were verified before.
  ///
  /// Sizes are not judged again: a store that an earlier Berth wrote may hold a manifest that names any, and must be able to
  /// list and evict it.
  func parse(_ bytes: ByteBuffer, _ mediaType: MediaType) throws(PullThroughError) -> Manifest {
    var limits = limits
    limits.maxBlobBytes = .max
    do throws(OCIError) {
      return try bytes.withUnsafeReadableBytes { [limits] (bytes) throws(OCIError) in
        try Manifest.parse(bytes, declared: mediaType, limits: limits)
      }
    } catch {
      throw .storeFailed(reason: "a held manifest does not parse: \(error)")
    }
  }
}
