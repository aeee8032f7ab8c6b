import Glibc
import LMDB
import Logging
public import OCI
import Synchronization

extension Store {
  /// Reads a snapshot of the index. Damage that shows there ends all writing, so that the process ends, and the next
  /// one rebuilds the index.
  func read<Result>(
    _ body: (borrowing ReadTransaction) throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    do throws(StoreError) { return try environment.read(body) } catch {
      if error.isIndexDamage || error.isIndexLost { writer.fail(error) }
      throw error
    }
  }

  /// Reads as ``read(_:)`` does; an index that this process cannot even read any more lists nothing, so that what is
  /// asked for is fetched, and passed through, until the process ends.
  private func find<Found>(
    _ body: (borrowing ReadTransaction) throws(StoreError) -> Found?
  ) throws(StoreError) -> Found? {
    do throws(StoreError) { return try read(body) } catch {
      if error.isIndexLost { return nil }
      throw error
    }
  }

  /// What the index knows of that content; nil if it is not held.
  public func content(_ digest: Digest) throws(StoreError) -> ContentRecord? {
    if condemned.contains(digest) { return nil }
    return try find { (transaction) throws(StoreError) in try tables.content(digest, transaction) }
  }

  /// That content and the right of `repository` to it, in one snapshot.
  public func lookUp(_ digest: Digest, grantedTo repository: Repository) throws(StoreError) -> ContentLookup {
    let found = try find { (transaction) throws(StoreError) in
      ContentLookup(
        record: condemned.contains(digest) ? nil : try tables.content(digest, transaction),
        grant: try tables.grant(repository, digest, transaction)
      )
    }
    return found ?? ContentLookup(record: nil, grant: nil)
  }

  /// Opens content for reading.
  ///
  /// Throws ``StoreError/contentMissing(_:)`` or ``StoreError/contentDamaged(_:expected:found:)`` when the file is not as
  /// recorded, and ``StoreError/contentUnreadable(_:_:)`` when the device fails: from then on it is not held, and the
  /// caller fetches it again. Throws ``StoreError/system(_:)`` when it cannot be opened for another reason.
  public func open(_ digest: Digest, _ record: ContentRecord) throws(StoreError) -> ContentFile {
    let file: ContentFile?
    do throws(FileFailure) { file = try shards.open(digest) } catch {
      guard case .device(let failure) = StoreError(error) else { throw StoreError(error) }
      setAside(digest, because: "\(failure)")
      throw .contentUnreadable(digest, failure)
    }
    if let file, file.size == record.size { return file }
    condemn(digest) { shards, record in (try? shards.open(digest)?.size) != record.size }
    guard let file else { throw .contentMissing(digest) }
    throw .contentDamaged(digest, expected: record.size, found: file.size)
  }

  /// What that tag means; nil if it is not known.
  public func tag(_ repository: Repository, _ tag: Tag) throws(StoreError) -> TagRecord? {
    if let record = recentTags.find(tag, in: repository) { return record }
    let revision = recentTags.revision
    let found = try find { (transaction) throws(StoreError) in try tables.tag(repository, tag, transaction) }
    if let found { recentTags.remember(found, of: tag, in: repository, at: revision) }
    return found
  }

  /// The referrers of `subject` in `repository`; nil if upstream was never asked.
  public func referrers(_ repository: Repository, subject: Digest) throws(StoreError) -> ReferrersRecord? {
    try find { (transaction) throws(StoreError) in
      try tables.referrers(repository, subject: subject, transaction)
    }
  }

  /// Notes that content was served. Memory only; written with others within ``StoreOptions/accessFlushInterval``.
  public func noteAccess(_ digest: Digest) {
    clock.note(digest, at: options.now())
  }
}
