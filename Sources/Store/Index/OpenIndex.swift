import Glibc
import LMDB

/// The index at start: opened, and known to be of a schema that this program understands.
struct OpenIndex {
  /// The schema that this program knows and writes: of the index, and of where content lies. With 1, which no released
  /// version wrote, content lay one directory deeper. With 2, a grant was made for whatever a manifest named.
  static let schema: UInt32 = 3
  /// The oldest schema that is brought up to this one, in place.
  static let oldestSchema: UInt32 = 2

  let environment: Environment
  let tables: IndexTables
  let totals: StoreTotals
  let pinnedBytes: Int64
  let indexBytes: Int64
  let marks: IndexMarks

  /// Opens the index; one that is damaged is put aside, and a new one begun that is to be rebuilt from the shards.
  ///
  /// `archived` is told the name under which the damaged one is kept, and why.
  init(
    in directory: StoreDirectory,
    _ options: StoreOptions,
    archived: (String, StoreError) -> Void
  ) throws(StoreError) {
    do throws(StoreError) {
      if directory.isIndexMarkedDamaged { throw .index(LMDBError(.openEnvironment, code: LMDBError.corruptedCode)) }
      try self.init(existingIn: directory, options, isRebuilding: false)
    } catch {
      guard error.isIndexDamage else { throw error }
      let name: String
      do throws(FileFailure) {
        name = try directory.archiveIndex(at: options.now())
      } catch { throw StoreError(error) }
      archived(name, error)
      try self.init(existingIn: directory, options, isRebuilding: true)
    }
  }

  private init(
    existingIn directory: StoreDirectory,
    _ options: StoreOptions,
    isRebuilding: Bool
  ) throws(StoreError) {
    var settings = EnvironmentOptions()
    settings.mapBytes = options.indexMapBytes
    settings.maxReaders = options.maxIndexReaders
    let environment: Environment
    let tables: IndexTables
    do throws(LMDBError) {
      environment = try Environment(openIn: directory.indexPath, settings)
      try environment.clearStaleReaders()
      tables = try IndexTables(in: environment)
    } catch { throw StoreError(error) }
    self.environment = environment
    self.tables = tables
    try Self.checkSchema(environment, tables, path: directory.path, isRebuilding: isRebuilding)
    (totals, pinnedBytes, indexBytes, marks) = try environment.read { (transaction) throws(StoreError) in
      (
        try tables.totals(transaction), try tables.pinnedBytes(transaction), try tables.usedBytes(transaction),
        try tables.marks(transaction)
      )
    }
    if marks.wasClosed { Self.markOpen(environment, tables) }
  }

  private static func checkSchema(
    _ environment: Environment,
    _ tables: IndexTables,
    path: String,
    isRebuilding: Bool
  ) throws(StoreError) {
    let found = try environment.read { (transaction) throws(StoreError) in
      try tables.record(SchemaRecord.self, of: MetaKey.schema, in: tables.meta, transaction)
    }
    try found?.check(path: path)
    guard found?.schema != schema else { return }
    try environment.write { (transaction) throws(StoreError) in
      do throws(LMDBError) {
        try transaction.put(tables.meta, MetaKey.schema, SchemaRecord(schema: schema).record)
        // From here on older programs refuse the store, and grants of theirs give no access until they are judged.
        if found != nil { return try transaction.put(tables.meta, MetaKey.judgingGrants, []) }
        // There is nothing yet that a crash could have left behind.
        try transaction.put(tables.meta, isRebuilding ? MetaKey.rebuilding : MetaKey.closed, [])
      } catch { throw StoreError(error) }
    }
  }

  /// A full disk must not keep a store from opening: should this fail, a crash later leaves orphans unswept for once.
  private static func markOpen(_ environment: Environment, _ tables: IndexTables) {
    _ = try? environment.write { (transaction) throws(LMDBError) in
      try transaction.delete(tables.meta, MetaKey.closed)
    }
  }
}

extension StoreError {
  /// Whether the storage engine has given up on the index in this process; another one may find it well.
  var isIndexLost: Bool {
    guard case .index(let error) = self else { return false }
    return error.reason == .panic || error.reason == .inputOutput
  }

  /// Whether nothing can be known from the index any more, so that it must be put aside.
  var isIndexDamage: Bool {
    switch self {
    case .index(let error): error.reason == .corrupted
    case .damagedRecord: true
    default: false
    }
  }
}

/// The version of everything in the store.
struct SchemaRecord: IndexRecord {
  var schema: UInt32

  init(schema: UInt32) { self.schema = schema }

  init?(_ reader: inout RecordReader) {
    guard let schema = reader.number(UInt32.self) else { return nil }
    self.schema = schema
  }

  func write(to writer: inout RecordWriter) { writer.append(schema) }

  /// Throws ``StoreError/newerSchema(path:found:supported:)`` or ``StoreError/olderSchema(path:found:supported:)`` for a
  /// store, the one at `path`, that this program must not touch.
  func check(path: String) throws(StoreError) {
    if schema > OpenIndex.schema { throw .newerSchema(path: path, found: schema, supported: OpenIndex.schema) }
    if schema < OpenIndex.oldestSchema { throw .olderSchema(path: path, found: schema, supported: OpenIndex.schema) }
  }
}
