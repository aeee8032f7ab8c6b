import Logging
import OCI
import Store

/// The rows of tags: what each was last seen to stand for.
final class TagRows: Sendable {
  let changes: ImageChanges
  private let context: ServiceContext

  init(_ context: ServiceContext, changes: ImageChanges) { (self.context, self.changes) = (context, changes) }

  /// What a tag was last seen to stand for; nil if nothing is known of it. A memory read.
  func find(_ tag: Tag, in repository: Repository) throws(PullThroughError) -> TagRecord? {
    do throws(StoreError) {
      return try context.pending.tag(repository, tag)
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
  }

  /// Makes known what upstream says that a tag stands for, and writes it behind the answer.
  func enqueue(_ tag: Tag, is digest: Digest, in repository: Repository) async {
    let now = context.clock.now()
    let record = TagRecord(digest: digest, fetchedAt: now, checkedAt: now)
    await context.pending.begin(WriteBehindOverlay.Item(repository: repository, tag: (tag, record))) {
      await self.note(tag, is: digest, in: repository)
    }
  }

  /// Writes what upstream says that a tag stands for.
  func note(_ tag: Tag, is digest: Digest, in repository: Repository) async {
    let now = context.clock.now()
    await write(tag, in: repository) { (index) throws(StoreError) in
      try Self.note(tag, is: digest, in: repository, at: now, index)
    }
  }

  /// The same as a part of another change of the index; `now` in seconds since 1970.
  static func note(
    _ tag: Tag,
    is digest: Digest,
    in repository: Repository,
    at now: Int64,
    _ index: borrowing IndexWrite
  ) throws(StoreError) {
    let known = try index.tag(repository, tag)
    var record = TagRecord(digest: digest, fetchedAt: now, checkedAt: now)
    if let known, known.digest == digest {
      record.fetchedAt = known.fetchedAt
      record.origin = known.origin == .archive ? .confirmedArchive : known.origin
    }
    try index.putTag(repository, tag, record)
  }

  /// A tag that upstream says is gone is gone. One that it refuses to show is not served as last seen until it has shown
  /// it again, whatever trouble comes after the refusal.
  func record(_ error: PullThroughError, about tag: Tag, in repository: Repository) async {
    // What upstream said before must not be written behind what it says now.
    await context.pending.flush()
    switch error {
    case .manifestUnknown:
      // Most tags that are not there never were: nothing is written for those.
      guard (try? context.store.tag(repository, tag)) ?? nil != nil else { return }
      await write(tag, in: repository) { (index) throws(StoreError) in _ = try index.removeTag(repository, tag) }
    case .denied:
      await write(tag, in: repository) { (index) throws(StoreError) in
        guard var known = try index.tag(repository, tag) else { return }
        known.checkedAt = TagRecord.refused
        try index.putTag(repository, tag, known)
      }
    case .upstreamUnknown, .upstreamsDisagree, .nameMissing, .repositoryUnknown, .manifestAbsenceUnclear, .blobUnknown,
      .rateLimited, .upstreamFailed, .upstreamTimedOut, .contentMismatch, .manifestRefused, .listTooLong, .overloaded,
      .busy, .abandoned, .offline, .storeFailed:
      return
    }
  }

  private func write(
    _ tag: Tag,
    in repository: Repository,
    _ change: @escaping @Sendable (borrowing IndexWrite) throws(StoreError) -> Void
  ) async {
    do throws(StoreError) {
      try await context.store.write(change)
      changes.record()
    } catch {
      context.log.error("a tag could not be kept", metadata: ["tag": "\(repository):\(tag)", "error": "\(error)"])
    }
  }
}
