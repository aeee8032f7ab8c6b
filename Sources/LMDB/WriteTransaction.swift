import CLMDB

/// A write transaction, for the length of one closure: what it wrote is kept whole or not at all.
public struct WriteTransaction: ~Copyable {
  /// The bytes of a key or value.
  public typealias Bytes = UnsafeRawBufferPointer

  /// Reads through this transaction: it sees what was committed and what this transaction wrote.
  public let reading: ReadTransaction

  init(handle: OpaquePointer) {
    reading = ReadTransaction(handle: handle)
  }

  /// Writes a record, replacing the one of that key.
  ///
  /// Throws ``LMDBError/Reason/keySize`` for an empty key and for one above ``Environment/maxKeyBytes``. After any
  /// other error the transaction cannot be committed.
  public func put(_ table: Table, _ key: Bytes, _ value: Bytes) throws(LMDBError) {
    var key = MDB_val(lending: key)
    var value = MDB_val(lending: value)
    try check(.put, mdb_put(reading.handle, table.handle, &key, &value, 0))
  }

  /// Writes a record unless the key has one; says whether it did.
  public func putIfAbsent(_ table: Table, _ key: Bytes, _ value: Bytes) throws(LMDBError) -> Bool {
    var key = MDB_val(lending: key)
    var value = MDB_val(lending: value)
    let code = mdb_put(reading.handle, table.handle, &key, &value, UInt32(MDB_NOOVERWRITE))
    if code == MDB_KEYEXIST { return false }
    try check(.put, code)
    return true
  }

  /// Removes a record; says whether there was one.
  @discardableResult
  public func delete(_ table: Table, _ key: Bytes) throws(LMDBError) -> Bool {
    var key = MDB_val(lending: key)
    let code = mdb_del(reading.handle, table.handle, &key, nil)
    if code == MDB_NOTFOUND { return false }
    try check(.delete, code)
    return true
  }
}
