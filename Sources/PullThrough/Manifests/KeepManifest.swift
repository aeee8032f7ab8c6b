import BlockingIO
import Logging
import NIOCore
import OCI
import Store

extension PullThrough {
  /// Makes a verified manifest known, and keeps it behind the answer.
  func keepBehind(
    _ verified: VerifiedManifest,
    _ hot: HotContent,
    as reference: Reference,
    for repository: Repository
  ) async {
    let now = clock.now()
    named.note(verified.manifest, in: repository)
    var item = PendingKnowledge.Item(repository: repository, contentBytes: verified.bytes.readableBytes)
    item.grants[verified.digest] = GrantRecord(grantedAt: now)
    if case .tag(let tag) = reference {
      item.tag = (tag, TagRecord(digest: verified.digest, fetchedAt: now, checkedAt: now))
    }
    await pending.begin(item) { [item] in await self.keep(hot, as: hot.mediaType, item, at: now) }
  }

  /// Keeps content that is in memory and not, or no longer, on the disk: what is served is held. Begins to, and returns.
  ///
  /// - Parameter mediaType: of a manifest; nil for a blob.
  func keepAgain(_ content: HotContent, as mediaType: MediaType?, for repository: Repository) {
    let now = clock.now()
    guard keeping.trouble == nil, content.takesTurnToKeep(at: now) else { return }
    var item = PendingKnowledge.Item(repository: repository, contentBytes: content.bytes.readableBytes)
    item.grants[content.digest] = GrantRecord(grantedAt: now)
    let isBegun = pending.beginIfThereIsRoom(item) { [item] in await self.keep(content, as: mediaType, item, at: now) }
    if !isBegun { content.keepLater(at: now) }
  }

  /// Keeps content, and with it, in one commit, all that is known by it: the repositories that upstream has shown it to, and
  /// the tag that it was asked for by.
  ///
  /// A store that cannot keep it costs the client nothing: it is served from memory, and this is tried again later.
  private func keep(
    _ content: HotContent,
    as mediaType: MediaType?,
    _ item: PendingKnowledge.Item,
    at now: Int64
  ) async {
    let (store, digest, bytes) = (store, content.digest, content.bytes)
    let (size, repository) = (Int64(bytes.readableBytes), item.repository)
    defer { noteImagesChanged() }
    do throws(StoreError) {
      let reservation = try await store.reserve(size)
      try await pending.publisher.publish(bytes, as: digest)
      try await store.write { (index) throws(StoreError) in
        try index.putContent(digest, ContentRecord(size: size, mediaType: mediaType, lastAccess: now))
        index.settle(reservation)
        for repository in content.repositories.union([repository]) {
          try index.grant(repository, digest, GrantRecord(grantedAt: now))
        }
        if let tag = item.tag { try Self.note(tag.name, is: digest, in: repository, at: now, index) }
      }
      keeping.kept()
    } catch {
      keeping.notKept(digest, because: error)
      content.keepLater(at: now)
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
