import LMDB

/// What the index says of its own past.
struct IndexMarks: Sendable, Equatable {
  /// Whether the store was closed in order: no file is without its row then.
  var wasClosed: Bool
  /// Whether the index is being rebuilt from the shards.
  var isRebuilding: Bool
  /// Whether grants of schema 2 are still to be told apart.
  var isJudgingGrants: Bool
}

extension MetaKey {
  /// Present while the store is closed.
  static let closed = Array("closed".utf8)
  /// Present until an index that was begun anew lists everything in the shards.
  static let rebuilding = Array("rebuilding".utf8)
  /// Present, from the step to schema 3 on, until every grant of before is found to be its digest's only one or not.
  static let judgingGrants = Array("judging grants".utf8)
  /// Present while there may be grants that are unproven.
  static let unprovenGrants = Array("unproven grants".utf8)
}

extension IndexWrite {
  /// Whether grants of schema 2 are still to be told apart.
  func isJudgingGrants() throws(StoreError) -> Bool { try tables.marks(transaction.reading).isJudgingGrants }
}

extension IndexTables {
  func marks(_ transaction: borrowing ReadTransaction) throws(StoreError) -> IndexMarks {
    do throws(LMDBError) {
      return IndexMarks(
        wasClosed: try transaction.get(meta, MetaKey.closed) { _ in true } ?? false,
        isRebuilding: try transaction.get(meta, MetaKey.rebuilding) { _ in true } ?? false,
        isJudgingGrants: try transaction.get(meta, MetaKey.judgingGrants) { _ in true } ?? false
      )
    } catch { throw StoreError(error) }
  }
}
