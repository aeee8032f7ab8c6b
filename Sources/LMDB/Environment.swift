import CLMDB
import Glibc

/// An LMDB environment: one file of tables, many readers beside one writer, durable at every commit.
///
/// Opened with `MDB_NOTLS` (a read transaction may move between threads) and with none of `MDB_WRITEMAP` (a full disk
/// would kill the process by SIGBUS), `MDB_NOSYNC`, `MDB_NOLOCK` or `MDB_NOMEMINIT`. Only one environment a directory
/// may be open in a process, and it must not be used after `fork`.
///
/// Bytes that a transaction shows are those of the map itself: they end with the closure, so copy what must outlive it.
public final class Environment: Sendable {
  /// Longest key, in bytes, as LMDB is compiled by distributions (`mdb_env_get_maxkeysize`).
  public static let maxKeyBytes = 511

  let handle: Handle
  let gate: TransactionGate
  let options: EnvironmentOptions
  private let identity: OpenEnvironments.Identity

  /// Opens the environment in `directory`, which must exist, creating its two files where they are missing.
  ///
  /// Throws ``LMDBError`` with ``LMDBError/Reason/alreadyOpen`` when this process has it open.
  public init(openIn directory: String, _ options: EnvironmentOptions = EnvironmentOptions()) throws(LMDBError) {
    let identity = try OpenEnvironments.claim(directory)
    do throws(LMDBError) {
      self.handle = try Self.open(directory, options)
    } catch {
      OpenEnvironments.release(identity)
      throw error
    }
    self.identity = identity
    self.options = options
    // Two slots are left over for the transactions that LMDB's own copy and the tools begin.
    self.gate = TransactionGate(maxRunning: max(1, options.maxReaders - 2))
  }

  deinit { close() }

  private static func open(_ directory: String, _ options: EnvironmentOptions) throws(LMDBError) -> Handle {
    var created: OpaquePointer?
    try check(.openEnvironment, mdb_env_create(&created))
    guard let environment = created else { throw LMDBError(.openEnvironment, code: ENOMEM) }
    do throws(LMDBError) {
      try check(.openEnvironment, mdb_env_set_mapsize(environment, options.mapBytes))
      try check(.openEnvironment, mdb_env_set_maxreaders(environment, UInt32(clamping: options.maxReaders)))
      try check(.openEnvironment, mdb_env_set_maxdbs(environment, UInt32(clamping: options.maxTables)))
      let flags = UInt32(MDB_NOTLS) | (options.isReadOnly ? UInt32(MDB_RDONLY) : 0)
      try check(.openEnvironment, mdb_env_open(environment, directory, flags, 0o600))
      try ensureLength(environment, isReadOnly: options.isReadOnly)
    } catch {
      mdb_env_close(environment)
      throw error
    }
    return Handle(pointer: environment)
  }

  /// Sees to it that every page that may be read lies within the file: beyond its end the map kills the process (SIGBUS).
  ///
  /// A file that was cut is filled up with zeros, which LMDB tells from pages. The last pages of a sound one may be
  /// missing, too: a transaction that frees what it has just allocated does not write it.
  private static func ensureLength(_ environment: OpaquePointer, isReadOnly: Bool) throws(LMDBError) {
    var (information, statistics, status, file) = (MDB_envinfo(), MDB_stat(), stat(), Int32(-1))
    try check(.openEnvironment, mdb_env_info(environment, &information))
    try check(.openEnvironment, mdb_env_stat(environment, &statistics))
    try check(.openEnvironment, mdb_env_get_fd(environment, &file))
    guard fstat(file, &status) == 0 else { throw LMDBError(.openEnvironment, code: errno) }
    let (length, overflows) = (Int64(clamping: information.me_last_pgno) &+ 1)
      .multipliedReportingOverflow(by: Int64(statistics.ms_psize))
    guard !overflows, length <= Int64(clamping: information.me_mapsize) else {
      throw LMDBError(.openEnvironment, code: MDB_CORRUPTED)
    }
    guard Int64(status.st_size) < length else { return }
    if isReadOnly { throw LMDBError(.openEnvironment, code: MDB_CORRUPTED) }
    guard ftruncate(file, off_t(length)) == 0 else { throw LMDBError(.openEnvironment, code: errno) }
  }

  /// Waits for running transactions to end and closes the files. Whatever is asked afterwards throws
  /// ``LMDBError/Reason/closed``.
  public func close() {
    guard let idle = gate.close() else { return }
    for transaction in idle { mdb_txn_abort(transaction.pointer) }
    mdb_env_close(handle.pointer)
    OpenEnvironments.release(identity)
  }

  /// Opens tables, creating those that are missing unless the environment is read-only.
  ///
  /// To be called once, at start, with every name: lmdb.h forbids opening tables from several transactions at a time.
  public func openTables(_ names: [String]) throws(LMDBError) -> [Table] {
    if options.isReadOnly { return try openExistingTables(names) }
    return try write { (transaction) throws(LMDBError) in
      try Self.open(names, in: transaction.reading.handle, create: true)
    }
  }

  static func open(
    _ names: [String],
    in transaction: OpaquePointer,
    create: Bool
  ) throws(LMDBError) -> [Table] {
    var tables: [Table] = []
    for name in names {
      var table: MDB_dbi = 0
      try check(.openTable, mdb_dbi_open(transaction, name, create ? UInt32(MDB_CREATE) : 0, &table))
      tables.append(Table(name: name, handle: table))
    }
    return tables
  }
}

/// How an ``Environment`` is opened. The flags that decide about safety are not among the choices.
public struct EnvironmentOptions: Sendable {
  /// Address space reserved for the map, in bytes; the file grows only as it is used. 64 GiB.
  public var mapBytes = 64 << 30
  /// Largest size that ``Environment/growMap()`` goes to, in bytes. 1 TiB.
  public var maxMapBytes = 1 << 40
  /// Reader slots: read transactions that may run at once. LMDB's own default, 126, runs out. 1024.
  public var maxReaders = 1_024
  /// Most tables that may be opened. 16.
  public var maxTables = 16
  /// Whether the environment is only looked at; nothing is created then.
  public var isReadOnly = false

  /// The defaults, as documented at each property.
  public init() {}
}

/// A named table of an ``Environment``; a value, valid as long as the environment is open.
public struct Table: Sendable, Hashable {
  /// The name that the table was opened by.
  public let name: String
  let handle: MDB_dbi
}
