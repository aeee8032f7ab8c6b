import Glibc
import LMDB
import OCI

/// Inspects a store that no process owns, and changes nothing. Blocks.
public struct StoreCheck {
  /// Rows looked at in one snapshot.
  private static let pageSize = 1_000

  private let directory: StoreDirectory
  private let environment: Environment
  private let tables: IndexTables
  private let shards: Shards
  private let hashing: Bool
  private var report = StoreCheckReport()

  /// Inspects the store at `path`: every row against its file and every file against its row; with `hashing`, all bytes
  /// against their digests.
  ///
  /// Throws ``StoreError/inUse(path:processID:)`` while a process owns the store, ``StoreError/index(_:)`` when its index
  /// cannot be read, ``StoreError/newerSchema(path:found:supported:)`` and
  /// ``StoreError/olderSchema(path:found:supported:)``.
  public static func run(path: String, hashing: Bool) throws(StoreError) -> StoreCheckReport {
    var check = try StoreCheck(path, hashing)
    defer { check.environment.close() }
    try check.checkTotals()
    try check.checkContents()
    try check.checkRecency()
    do throws(FileFailure) { try check.checkFiles() } catch { throw StoreError(error) }
    return check.report
  }

  private init(_ path: String, _ hashing: Bool) throws(StoreError) {
    directory = try StoreDirectory(existing: path)
    var options = EnvironmentOptions()
    options.isReadOnly = true
    do throws(LMDBError) {
      environment = try Environment(openIn: directory.indexPath, options)
      tables = try IndexTables(in: environment)
    } catch { throw StoreError(error) }
    shards = Shards(directory)
    self.hashing = hashing
  }

  private mutating func checkTotals() throws(StoreError) {
    let (schema, totals) = try environment.read { (transaction) throws(StoreError) in
      (
        try tables.record(SchemaRecord.self, of: MetaKey.schema, in: tables.meta, transaction),
        try tables.totals(transaction)
      )
    }
    try schema?.check(path: directory.path)
    report.recordedTotals = totals
  }

  private mutating func checkContents() throws(StoreError) {
    var last: Digest?
    while true {
      let page = try environment.read { (transaction) throws(StoreError) in
        try tables.contents(after: last, limit: Self.pageSize, transaction)
      }
      guard !page.isEmpty else { return }
      last = page.last?.digest
      for (digest, record) in page {
        report.listed.add(StoreTotals(bytes: record.size, count: 1))
        do throws(FileFailure) { try checkFile(of: digest, record) } catch { throw StoreError(error) }
        if try !isInPlace(digest, record) { report.misplaced.add(digest) }
      }
    }
  }

  private mutating func checkFile(of digest: Digest, _ record: ContentRecord) throws(FileFailure) {
    guard let file = try shards.open(digest) else { return report.missing.add(digest) }
    guard file.size == record.size else { return report.wrongLength.add(digest) }
    guard hashing else { return }
    var verifier = ContentVerifier(file, digest)
    while true {
      switch try verifier.next() {
      case .more: continue
      case .sound: return
      case .damaged: return report.damaged.add(digest)
      }
    }
  }

  /// Whether content stands in the order of eviction at its time; pinned content, whether it stands nowhere.
  private func isInPlace(_ digest: Digest, _ record: ContentRecord) throws(StoreError) -> Bool {
    try environment.read { (transaction) throws(StoreError) in
      let isPinned = try tables.pinned(digest, transaction) != nil
      do throws(LMDBError) {
        let key = IndexKey.recency(record.lastAccess, digest)
        return try (transaction.get(tables.recency, key) { _ in true } ?? false) != isPinned
      } catch { throw StoreError(error) }
    }
  }

  /// Entries in the order of eviction whose content is not listed, or listed with another time.
  private mutating func checkRecency() throws(StoreError) {
    var start: [UInt8] = []
    while true {
      var keys: [[UInt8]] = []
      try environment.read { (transaction) throws(StoreError) in
        try tables.scan(tables.recency, prefix: [], from: start, transaction) { (key, _) throws(StoreError) in
          keys.append(Array(key))
          return keys.count < Self.pageSize ? .next : .stop
        }
      }
      guard let last = keys.last else { return }
      start = last + [0]
      for key in keys { try checkEntry(key) }
    }
  }

  private mutating func checkEntry(_ key: [UInt8]) throws(StoreError) {
    guard let digest = key.withUnsafeBytes({ Digest(endOf: $0, after: UInt8(ascii: " ")) }) else {
      throw .damagedRecord(table: tables.recency.name)
    }
    let record = try environment.read { (transaction) throws(StoreError) in try tables.content(digest, transaction) }
    if record.map({ IndexKey.recency($0.lastAccess, digest) }) != key { report.misplaced.add(digest) }
  }

  private mutating func checkFiles() throws(FileFailure) {
    report.stagingFiles = try Files.names(in: directory.staging.raw, .stagingDirectory).count
    var walk = ShardWalk(directory)
    while let step = try walk.next() {
      report.foreign += step.foreign.prefix(max(0, 1_000 - report.foreign.count))
      for digest in step.digests where !isListed(digest) { report.orphans.add(digest) }
    }
  }

  private func isListed(_ digest: Digest) -> Bool {
    let record = try? environment.read { (transaction) throws(StoreError) in try tables.content(digest, transaction) }
    return (record ?? nil) != nil
  }
}
