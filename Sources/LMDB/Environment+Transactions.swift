import CLMDB
import Glibc

extension Environment {
  /// Runs `body` on a snapshot of everything committed so far. Cheap (some hundred nanoseconds) and safe on any
  /// thread, an event loop too.
  ///
  /// Keep it short: pages freed by writers are not used again while an older snapshot lives. Reads must not be nested
  /// (the inner could wait for the map to grow, which waits for the outer).
  public func read<Result, Failure: LMDBFailure>(
    _ body: (borrowing ReadTransaction) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let transaction: Handle
    do throws(LMDBError) { transaction = try beginRead() } catch { throw Failure(error) }
    defer {
      mdb_txn_reset(transaction.pointer)
      gate.leave(idle: transaction)
    }
    return try body(ReadTransaction(handle: transaction.pointer))
  }

  /// Runs `body` in a write transaction and commits it; when this returns, what was written is on disk. A body that
  /// throws leaves nothing behind. The body owns the transaction, and may hand it on to what ends with it.
  ///
  /// Begins and ends on the calling thread, as LMDB demands, so nothing in `body` may wait for another task. Writers
  /// wait for each other: call it from one serial queue.
  public func write<Result, Failure: LMDBFailure>(
    _ body: (consuming WriteTransaction) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let transaction: OpaquePointer
    do throws(LMDBError) { transaction = try beginWrite() } catch { throw Failure(error) }
    defer { gate.leave() }
    let result: Result
    do throws(Failure) {
      result = try body(WriteTransaction(handle: transaction))
    } catch {
      mdb_txn_abort(transaction)
      throw error
    }
    // mdb_txn_commit frees the transaction whether it succeeds or not.
    do throws(LMDBError) { try check(.commit, mdb_txn_commit(transaction)) } catch { throw Failure(error) }
    return result
  }

  /// Opens tables without creating any. The read transaction is committed, for a handle ends with a transaction that
  /// is aborted or reset (lmdb.h, `mdb_dbi_open`).
  func openExistingTables(_ names: [String]) throws(LMDBError) -> [Table] {
    _ = try gate.enter(.openTable, reusingIdle: false)
    let transaction = try begin(.openTable, flags: UInt32(MDB_RDONLY))
    defer { gate.leave() }
    let tables: [Table]
    do throws(LMDBError) {
      tables = try Self.open(names, in: transaction, create: false)
    } catch {
      mdb_txn_abort(transaction)
      throw error
    }
    try check(.openTable, mdb_txn_commit(transaction))
    return tables
  }

  private func beginRead() throws(LMDBError) -> Handle {
    if let idle = try gate.enter(.beginRead, reusingIdle: true) {
      let code = mdb_txn_renew(idle.pointer)
      if code == MDB_SUCCESS { return idle }
      mdb_txn_abort(idle.pointer)
      gate.leave()
      throw LMDBError(.beginRead, code: code)
    }
    return Handle(pointer: try begin(.beginRead, flags: UInt32(MDB_RDONLY)))
  }

  private func beginWrite() throws(LMDBError) -> OpaquePointer {
    _ = try gate.enter(.beginWrite, reusingIdle: false)
    return try begin(.beginWrite, flags: 0)
  }

  private func begin(_ operation: LMDBError.Operation, flags: UInt32) throws(LMDBError) -> OpaquePointer {
    var begun: OpaquePointer?
    let code = mdb_txn_begin(handle.pointer, nil, flags, &begun)
    guard code == MDB_SUCCESS, let begun else {
      gate.leave()
      throw LMDBError(operation, code: code == MDB_SUCCESS ? ENOMEM : code)
    }
    return begun
  }
}
