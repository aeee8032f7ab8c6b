import LMDB

/// What the index says of its own past.
struct IndexMarks: Sendable, Equatable {
  /// Whether the store was closed in order: no file is without its row then.
  var wasClosed: Bool
  /// Whether the index is being rebuilt from the shards.
  var isRebuilding: Bool
}

extension MetaKey {
  /// Present while the store is closed.
  static let closed = Array("closed".utf8)
  /// Present until an index that was begun anew lists everything in the shards.
  static let rebuilding = Array("rebuilding".utf8)
}

extension IndexTables {
  func marks(_ transaction: borrowing ReadTransaction) throws(StoreError) -> IndexMarks {
    do throws(LMDBError) {
      return IndexMarks(
        wasClosed: try transaction.get(meta, MetaKey.closed) { _ in true } ?? false,
        isRebuilding: try transaction.get(meta, MetaKey.rebuilding) { _ in true } ?? false
      )
    } catch { throw StoreError(error) }
  }
}
