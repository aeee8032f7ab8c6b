import LMDB
import OCI

/// The tables of the index, and how they are read; the same in a snapshot and in the middle of a write.
struct IndexTables: Sendable {
  /// Digest → ``ContentRecord``.
  let content: Table
  /// Last access and digest → nothing: the order of eviction.
  let recency: Table
  /// Repository and tag → ``TagRow``.
  let tags: Table
  /// Repository, tag and number → ``TagMove``.
  let history: Table
  /// Repository and digest → ``GrantRecord``; `~`, digest and repository → nothing: who holds earned grants of a digest.
  let grants: Table
  /// Repository and subject → ``ReferrersCheck``; with the referrer's digest behind → `Descriptor`.
  let referrers: Table
  /// See ``PinKey``.
  let pins: Table
  /// Schema version and running totals.
  let meta: Table

  init(in environment: Environment) throws(LMDBError) {
    let tables = try environment.openTables(Self.names)
    content = tables[0]
    recency = tables[1]
    tags = tables[2]
    history = tables[3]
    grants = tables[4]
    referrers = tables[5]
    pins = tables[6]
    meta = tables[7]
  }

  private static let names = ["content", "recency", "tags", "history", "grants", "referrers", "pins", "meta"]
}

extension IndexTables {
  /// The record of `key`; nil when there is none.
  func record<Record: IndexRecord>(
    _ type: Record.Type = Record.self,
    of key: [UInt8],
    in table: Table,
    _ transaction: borrowing ReadTransaction
  ) throws(StoreError) -> Record? {
    let found: Record??
    do throws(LMDBError) {
      found = try transaction.get(table, key) { Record(record: $0) }
    } catch { throw StoreError(error) }
    guard let found else { return nil }
    guard let record = found else { throw .damagedRecord(table: table.name) }
    return record
  }

  /// Shows the records whose keys begin with `prefix`, from `start` (the prefix itself when nil) on.
  func scan(
    _ table: Table,
    prefix: [UInt8],
    from start: [UInt8]? = nil,
    _ transaction: borrowing ReadTransaction,
    _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws(StoreError) -> ReadTransaction.Step
  ) throws(StoreError) {
    var failure: StoreError?
    do throws(LMDBError) {
      try transaction.scan(table, from: start ?? prefix) { key, value in
        guard key.starts(with: prefix) else { return .stop }
        do throws(StoreError) { return try body(key, value) } catch {
          failure = error
          return .stop
        }
      }
    } catch { throw StoreError(error) }
    if let failure { throw failure }
  }

  func content(_ digest: Digest, _ transaction: borrowing ReadTransaction) throws(StoreError) -> ContentRecord? {
    try record(of: IndexKey.content(digest), in: content, transaction)
  }

  /// The repository's grant, if it gives access.
  func grant(
    _ repository: Repository,
    _ digest: Digest,
    _ transaction: borrowing ReadTransaction
  ) throws(StoreError) -> GrantRecord? {
    let found = try record(GrantRecord.self, of: IndexKey.repository(repository, digest), in: grants, transaction)
    return found?.evidence == .earned ? found : nil
  }

  func tag(
    _ repository: Repository,
    _ tag: Tag,
    _ transaction: borrowing ReadTransaction
  ) throws(StoreError) -> TagRecord? {
    try record(TagRow.self, of: IndexKey.tag(repository, tag), in: tags, transaction)?.tag
  }

  func referrers(
    _ repository: Repository,
    subject: Digest,
    _ transaction: borrowing ReadTransaction
  ) throws(StoreError) -> ReferrersRecord? {
    let key = IndexKey.repository(repository, subject)
    guard let check = try record(ReferrersCheck.self, of: key, in: self.referrers, transaction) else { return nil }
    var referrers: [Referrer] = []
    let prefix = IndexKey.referrers(repository, subject: subject)
    let table = self.referrers
    try scan(table, prefix: prefix, transaction) { (_, value) throws(StoreError) in
      guard let referrer = Referrer(stored: value) else { throw .damagedRecord(table: table.name) }
      referrers.append(referrer)
      return .next
    }
    return ReferrersRecord(referrers: referrers, checkedAt: check.checkedAt)
  }

  /// Up to `limit` contents behind `last`, in the order of their texts.
  func contents(
    after last: Digest?,
    limit: Int,
    _ transaction: borrowing ReadTransaction
  ) throws(StoreError) -> [(digest: Digest, record: ContentRecord)] {
    var contents: [(digest: Digest, record: ContentRecord)] = []
    let start = last.map { IndexKey.content($0) + [0] }
    try scan(content, prefix: [], from: start, transaction) { (key, value) throws(StoreError) in
      guard let digest = try? Digest(parsing: String(decoding: key, as: UTF8.self)),
        let record = ContentRecord(record: value)
      else { throw .damagedRecord(table: content.name) }
      contents.append((digest: digest, record: record))
      return contents.count < limit ? .next : .stop
    }
    return contents
  }

  /// Bytes of all pages in use. The data file is longer by those that are free for use again.
  func usedBytes(_ transaction: borrowing ReadTransaction) throws(StoreError) -> Int64 {
    var bytes = 0
    do throws(LMDBError) {
      for table in [content, recency, tags, history, grants, referrers, pins, meta] {
        bytes += try transaction.usedBytes(of: table)
      }
    } catch { throw StoreError(error) }
    return Int64(bytes)
  }

  func totals(_ transaction: borrowing ReadTransaction) throws(StoreError) -> StoreTotals {
    try record(of: MetaKey.totals, in: meta, transaction) ?? StoreTotals()
  }
}

/// The keys of `meta`.
enum MetaKey {
  static let schema = Array("schema".utf8)
  static let totals = Array("totals".utf8)
  static let pinned = Array("pinned".utf8)
}
