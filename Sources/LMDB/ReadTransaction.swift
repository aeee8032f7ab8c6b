import CLMDB

/// A snapshot of every table, for the length of one closure.
public struct ReadTransaction: ~Copyable {
  /// The bytes of a key or value inside the map; they end with the closure that is given them.
  public typealias Bytes = UnsafeRawBufferPointer

  let handle: OpaquePointer

  /// Which way a scan walks.
  public enum Direction: Sendable {
    /// From the smallest key upwards.
    case ascending
    /// From the largest key downwards.
    case descending
  }

  /// Whether a scan goes on.
  public enum Step: Sendable {
    /// Show the next record.
    case next
    /// End here.
    case stop
  }

  /// The record of `key`, as `body` makes it of its bytes; nil when there is none.
  @inlinable
  public func get<Result>(_ table: Table, _ key: Bytes, _ body: (Bytes) -> Result) throws(LMDBError) -> Result? {
    try find(table, key).map(body)
  }

  @usableFromInline
  func find(_ table: Table, _ key: Bytes) throws(LMDBError) -> Bytes? {
    var key = MDB_val(lending: key)
    var value = MDB_val()
    let code = mdb_get(handle, table.handle, &key, &value)
    if code == MDB_NOTFOUND { return nil }
    try check(.get, code)
    return Bytes(value)
  }

  /// Number of records of `table`.
  public func count(_ table: Table) throws(LMDBError) -> Int {
    var statistics = MDB_stat()
    try check(.count, mdb_stat(handle, table.handle, &statistics))
    return statistics.ms_entries
  }

  /// Bytes of the pages that `table` consists of now.
  public func usedBytes(of table: Table) throws(LMDBError) -> Int {
    var statistics = MDB_stat()
    try check(.count, mdb_stat(handle, table.handle, &statistics))
    let pages = statistics.ms_branch_pages + statistics.ms_leaf_pages + statistics.ms_overflow_pages
    return pages * Int(statistics.ms_psize)
  }

  /// Shows records in key order, beginning at `start` (the first record that is not before it, in walking direction;
  /// the table's end when nil), until `body` stops or they end.
  public func scan(
    _ table: Table,
    from start: Bytes? = nil,
    _ direction: Direction = .ascending,
    _ body: (_ key: Bytes, _ value: Bytes) -> Step
  ) throws(LMDBError) {
    var opened: OpaquePointer?
    try check(.scan, mdb_cursor_open(handle, table.handle, &opened))
    defer { mdb_cursor_close(opened) }
    var key = MDB_val()
    var value = MDB_val()
    var code = Self.seek(opened, start, direction, &key, &value)
    while code == MDB_SUCCESS {
      if case .stop = body(Bytes(key), Bytes(value)) { return }
      code = mdb_cursor_get(opened, &key, &value, direction == .ascending ? MDB_NEXT : MDB_PREV)
    }
    if code != MDB_NOTFOUND { throw LMDBError(.scan, code: code) }
  }

  private static func seek(
    _ cursor: OpaquePointer?,
    _ start: Bytes?,
    _ direction: Direction,
    _ key: inout MDB_val,
    _ value: inout MDB_val
  ) -> Int32 {
    guard let start else {
      return mdb_cursor_get(cursor, &key, &value, direction == .ascending ? MDB_FIRST : MDB_LAST)
    }
    key = MDB_val(lending: start)
    let code = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE)
    guard direction == .descending else { return code }
    // SET_RANGE found the first key that is not before the start; walking down, anything after the start is passed.
    if code == MDB_NOTFOUND { return mdb_cursor_get(cursor, &key, &value, MDB_LAST) }
    guard code == MDB_SUCCESS, !Bytes(key).elementsEqual(start) else { return code }
    return mdb_cursor_get(cursor, &key, &value, MDB_PREV)
  }
}

extension MDB_val {
  /// Lends bytes to LMDB for one call. LMDB reads keys and values through this, and never writes to them.
  init(lending bytes: UnsafeRawBufferPointer) {
    self.init(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
  }
}

extension UnsafeRawBufferPointer {
  init(_ value: MDB_val) {
    self.init(start: value.mv_data, count: value.mv_size)
  }
}
