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
    if invalid.contains(digest) { return nil }
    return try find { (transaction) throws(StoreError) in try tables.content(digest, transaction) }
  }

  /// That content and the right of `repository` to it, in one snapshot.
  public func lookUp(_ digest: Digest, grantedTo repository: Repository) throws(StoreError) -> ContentLookup {
    let found = try find { (transaction) throws(StoreError) in
      ContentLookup(
        record: invalid.contains(digest) ? nil : try tables.content(digest, transaction),
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
      quarantine(digest, because: "\(failure)")
      throw .contentUnreadable(digest, failure)
    }
    if let file, file.size == record.size { return file }
    invalidate(digest) { shards, record in (try? shards.open(digest)?.size) != record.size }
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
  public func recordAccess(_ digest: Digest) {
    accesses.note(digest, at: options.now())
  }
}

extension Store {
  /// Rows shown by one snapshot: older snapshots keep freed pages from use, so that long lists are read in pieces.
  private static let pageSize = 1_000

  /// The tags of `repository` behind `last`, sorted, `limit` at most.
  public func tags(
    in repository: Repository,
    after last: Tag? = nil,
    limit: Int = .max
  ) throws(StoreError) -> [(Tag, TagRecord)] {
    let prefix = IndexKey.tags(of: repository)
    var found: [(Tag, TagRecord)] = []
    var start = last.map { IndexKey.tag(repository, $0) + [0] } ?? prefix
    while found.count < limit {
      let page = try page(of: tables.tags, prefix: prefix, from: start, limit: limit - found.count)
      for (key, value) in page {
        guard let row = value.withUnsafeBytes({ TagRow(record: $0) }),
          let tag = try? Tag(parsing: String(decoding: key.dropFirst(prefix.count), as: UTF8.self))
        else { throw .damagedRecord(table: tables.tags.name) }
        found.append((tag, row.tag))
      }
      guard let last = page.last, page.count == min(Self.pageSize, limit) else { break }
      start = last.key + [0]
    }
    return found
  }

  /// The moves of a tag, the latest first.
  public func history(_ repository: Repository, _ tag: Tag) throws(StoreError) -> [TagMove] {
    let prefix = IndexKey.history(of: repository, tag)
    return try page(of: tables.history, prefix: prefix, from: prefix, limit: .max).reversed().map {
      (_, value) throws(StoreError) in
      guard let move = value.withUnsafeBytes({ TagMove(record: $0) }) else {
        throw .damagedRecord(table: tables.history.name)
      }
      return move
    }
  }

  /// The repositories of which a tag is known, whose text (`docker.io/library/alpine`) begins with `prefix`; sorted.
  public func repositories(matching prefix: String = "") throws(StoreError) -> [Repository] {
    var found: [Repository] = []
    // A long repository stands abbreviated in keys; what all keys agree upon is the beginning.
    let keyPrefix = Array(prefix.utf8.prefix(IndexKey.verbatimRepositoryBytes))
    var start = keyPrefix
    while let (key, value) = try page(of: tables.tags, prefix: keyPrefix, from: start, limit: 1).first {
      guard let row = value.withUnsafeBytes({ TagRow(record: $0) }), let colon = key.lastIndex(of: UInt8(ascii: ":")),
        let repository = try? Repository(parsing: row.repository ?? String(decoding: key[..<colon], as: UTF8.self))
      else { throw .damagedRecord(table: tables.tags.name) }
      if repository.description.utf8.starts(with: prefix.utf8) { found.append(repository) }
      // The next repository's keys come after all tags of this one, which have a colon here.
      start = key[..<colon] + [UInt8(ascii: ":") + 1]
    }
    return found.sorted()
  }

  private func page(
    of table: Table,
    prefix: [UInt8],
    from start: [UInt8],
    limit: Int
  ) throws(StoreError) -> [(key: [UInt8], value: [UInt8])] {
    let limit = min(limit, Self.pageSize)
    var rows: [(key: [UInt8], value: [UInt8])] = []
    try read { (transaction) throws(StoreError) in
      try tables.scan(table, prefix: prefix, from: start, transaction) { (key, value) throws(StoreError) in
        rows.append((key: Array(key), value: Array(value)))
        return rows.count < limit ? .next : .stop
      }
    }
    return rows
  }
}
