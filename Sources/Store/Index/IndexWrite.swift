import LMDB
public import OCI

/// One change of the index, while it is made: what is read here sees what was written here.
///
/// A change may be made together with others in one commit, and if one of those fails, made again alone: its closure
/// must do nothing but read and write through this value.
public struct IndexWrite: ~Copyable {
  let transaction: WriteTransaction
  let tables: IndexTables
  let now: Int64
  let maxTagMoves: Int
  /// What the store may hold, in bytes.
  let capacity: Int64
  let effects = Effects()

  /// What must be done besides committing.
  final class Effects {
    var totals = StoreTotals()
    var pinnedBytes: Int64 = 0
    var put: [Digest] = []
    var removed: [Digest] = []
    var consumed: [Reservation] = []
  }

  /// The content that room was reserved for is recorded by this change: with its commit, the room is used.
  public func consume(_ reservation: Reservation) { effects.consumed.append(reservation) }

  /// The record of that content; nil if it is not held.
  public func content(_ digest: Digest) throws(StoreError) -> ContentRecord? {
    try tables.content(digest, transaction.reading)
  }

  /// The grant of that content to `repository`; nil if there is none.
  public func grant(_ repository: Repository, _ digest: Digest) throws(StoreError) -> GrantRecord? {
    try tables.grant(repository, digest, transaction.reading)
  }

  /// What that tag means; nil if it is not known.
  public func tag(_ repository: Repository, _ tag: Tag) throws(StoreError) -> TagRecord? {
    try tables.tag(repository, tag, transaction.reading)
  }

  /// The referrers of `subject` in `repository`; nil if upstream was never asked.
  public func referrers(_ repository: Repository, subject: Digest) throws(StoreError) -> ReferrersRecord? {
    try tables.referrers(repository, subject: subject, transaction.reading)
  }

  /// Records an answer about the referrers of `subject`, in place of any before.
  public func putReferrers(
    _ repository: Repository,
    subject: Digest,
    _ record: ReferrersRecord
  ) throws(StoreError) {
    try removeReferrers(repository, subject: subject)
    let check = ReferrersCheck(checkedAt: record.checkedAt)
    try put(tables.referrers, IndexKey.repository(repository, subject), check)
    for referrer in record.referrers {
      let key = IndexKey.referrer(repository, subject: subject, referrer.descriptor.digest)
      try put(tables.referrers, key, referrer.stored)
    }
  }

  /// Forgets what is known of the referrers of `subject`.
  public func removeReferrers(_ repository: Repository, subject: Digest) throws(StoreError) {
    try removeReferrers(of: IndexKey.repository(repository, subject))
  }

  /// The same, by the key of the answer.
  func removeReferrers(of answer: [UInt8]) throws(StoreError) {
    guard try delete(tables.referrers, answer) else { return }
    var keys: [[UInt8]] = []
    let prefix = answer + [UInt8(ascii: "@")]
    try tables.scan(tables.referrers, prefix: prefix, transaction.reading) { (key, _) throws(StoreError) in
      keys.append(Array(key))
      return .next
    }
    for key in keys { try delete(tables.referrers, key) }
  }
}

extension IndexWrite {
  func put(_ table: Table, _ key: [UInt8], _ record: some IndexRecord) throws(StoreError) {
    try put(table, key, record.record)
  }

  func put(_ table: Table, _ key: [UInt8], _ value: [UInt8]) throws(StoreError) {
    do throws(LMDBError) { try transaction.put(table, key, value) } catch { throw StoreError(error) }
  }

  /// Writes an empty record unless the key has one; says whether it did.
  func putIfAbsent(_ table: Table, _ key: [UInt8]) throws(StoreError) -> Bool {
    do throws(LMDBError) { return try transaction.putIfAbsent(table, key, []) } catch { throw StoreError(error) }
  }

  @discardableResult
  func delete(_ table: Table, _ key: [UInt8]) throws(StoreError) -> Bool {
    do throws(LMDBError) { return try transaction.delete(table, key) } catch { throw StoreError(error) }
  }

  /// Writes what was gathered in memory; to be called once, before the commit.
  func writeTotals() throws(StoreError) {
    if effects.totals != StoreTotals() {
      var totals = try tables.totals(transaction.reading)
      totals.add(effects.totals)
      try put(tables.meta, MetaKey.totals, totals)
    }
    if effects.pinnedBytes != 0 {
      let pinned = try tables.pinnedBytes(transaction.reading).saturatingSum(effects.pinnedBytes)
      try put(tables.meta, MetaKey.pinned, StoreTotals(bytes: max(0, pinned), count: 0))
    }
  }
}
