import Logging
import NIOCore
import OCI
import Store

/// Writes content that is in memory, a manifest or a small blob, behind the answers that it was served in.
final class ContentWriter: Sendable {
  private let context: ServiceContext
  private let tags: TagRows

  init(_ context: ServiceContext, tags: TagRows) { (self.context, self.tags) = (context, tags) }

  /// Makes a verified manifest known, and keeps it behind the answer.
  func enqueue(_ manifest: CachedContent, as reference: Reference, for repository: Repository) async {
    let now = context.clock.now()
    var item = WriteBehindOverlay.Item(repository: repository, contentBytes: manifest.bytes.readableBytes)
    item.grants[manifest.digest] = GrantRecord(grantedAt: now)
    if case .tag(let tag) = reference {
      item.tag = (tag, TagRecord(digest: manifest.digest, fetchedAt: now, checkedAt: now))
    }
    await context.pending.begin(item) { [item] in await self.keep(manifest, as: manifest.mediaType, item, at: now) }
  }

  /// Keeps content that is in memory and not, or no longer, on the disk: what is served is held. Begins to, and returns.
  ///
  /// - Parameter mediaType: of a manifest; nil for a blob.
  func rewrite(_ content: CachedContent, as mediaType: MediaType?, for repository: Repository) {
    let now = context.clock.now()
    guard context.health.trouble == nil, content.takesTurnToWrite(at: now) else { return }
    var item = WriteBehindOverlay.Item(repository: repository, contentBytes: content.bytes.readableBytes)
    item.grants[content.digest] = GrantRecord(grantedAt: now)
    let isBegun = context.pending.beginIfThereIsRoom(item) { [item] in
      await self.keep(content, as: mediaType, item, at: now)
    }
    if !isBegun { content.writeLater(at: now) }
  }

  /// Keeps content, and with it, in one commit, all that is known by it: the repositories that upstream has shown it to, and
  /// the tag that it was asked for by.
  ///
  /// A store that cannot keep it costs the client nothing: it is served from memory, and this is tried again later.
  private func keep(
    _ content: CachedContent,
    as mediaType: MediaType?,
    _ item: WriteBehindOverlay.Item,
    at now: Int64
  ) async {
    let (digest, bytes) = (content.digest, content.bytes)
    let (size, repository) = (Int64(bytes.readableBytes), item.repository)
    defer { tags.changes.record() }
    do throws(StoreError) {
      let reservation = try await context.store.reserve(size)
      try await context.pending.publisher.publish(bytes, as: digest)
      try await context.store.write { (index) throws(StoreError) in
        try index.putContent(digest, ContentRecord(size: size, mediaType: mediaType, lastAccess: now))
        index.consume(reservation)
        for repository in content.repositories.union([repository]) {
          try index.grant(repository, digest, GrantRecord(grantedAt: now))
        }
        if let tag = item.tag { try TagRows.note(tag.name, is: digest, in: repository, at: now, index) }
      }
      context.health.kept()
    } catch {
      context.health.recordWriteFailure(digest, because: error)
      content.writeLater(at: now)
      if error.isLackOfRoom { context.pending.publisher.withdraw(digest) }
      if let tag = item.tag { await tags.note(tag.name, is: digest, in: repository) }
    }
  }
}
