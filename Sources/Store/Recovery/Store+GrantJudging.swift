import LMDB
import Logging
public import OCI

/// What schema 2 left in `grants`, as keys have it: a long repository stands abbreviated in them.
private struct GrantRow: Sendable {
  var key: [UInt8]
  var repository: [UInt8]
  var digest: Digest
  var record: GrantRecord
}

/// What a store of schema 2 has left to be done about its grants.
public enum EarlierGrants: Sendable {
  /// Nothing.
  case none
  /// The store is telling them apart.
  case judging
  /// Some may be unproven: see ``Store/unprovenGrants(after:)``.
  case unproven
}

extension Store {
  /// Rows looked at in one snapshot or changed in one commit, so that other changes need not wait long.
  private static let grantRowsPerStep = 1_000

  /// Tells the grants of schema 2 apart, behind requests; see ``GrantJudgement``.
  ///
  /// May be ended at any time and begun anew: no row is removed before all are judged, so that none of them becomes its
  /// digest's only one by that, and until then none gives access but those that are earned.
  func judgeGrants() async throws(StoreError) {
    var judgement = GrantJudgement()
    var last: [UInt8]?
    while let page = try grantRows(after: last), !Task.isCancelled {
      for row in page { judgement.note(row.digest) }
      last = page.last?.key
    }
    var (earned, unproven) = (0, 0)
    last = nil
    while let page = try grantRows(after: last), !Task.isCancelled {
      let rows = page.filter { $0.record.evidence == .unproven }
      let count = try await earn(rows, judgement)
      earned += count
      unproven += rows.count - count
      last = page.last?.key
    }
    guard !Task.isCancelled else { return }
    try await write { (index) throws(StoreError) in
      try index.put(index.tables.meta, MetaKey.unprovenGrants, [])
      try index.delete(index.tables.meta, MetaKey.judgingGrants)
    }
    log.notice(
      "the store is brought up to schema 3",
      metadata: ["earned": "\(earned)", "to be confirmed": "\(unproven)"]
    )
  }

  private func earn(_ rows: [GrantRow], _ judgement: GrantJudgement) async throws(StoreError) -> Int {
    let trustsAll = options.trustsEarlierGrants
    return try await write { (index) throws(StoreError) in
      var count = 0
      for row in rows {
        // Looked at again: it may have been proven meanwhile, or withdrawn.
        let now = try index.tables.record(
          GrantRecord.self,
          of: row.key,
          in: index.tables.grants,
          index.transaction.reading
        )
        let isHeld = try index.content(row.digest) != nil
        guard now?.evidence == .unproven, judgement.isEarned(row.digest, isHeld: isHeld, trustsAll: trustsAll) else {
          continue
        }
        try index.put(index.tables.grants, row.key, GrantRecord(grantedAt: row.record.grantedAt))
        try index.put(index.tables.grants, IndexKey.holder(row.repository, of: row.digest), [])
        count += 1
      }
      return count
    }
  }

  /// The next unproven grants of content that is held, in the order of the index behind `last`; nil behind the last one,
  /// and while they are still being judged. Those that can be of no use are removed: of content that is not held, and of
  /// repositories whose names keys abbreviate.
  public func unprovenGrants(
    after last: (repository: Repository, digest: Digest)?
  ) async throws(StoreError) -> [(repository: Repository, digest: Digest)]? {
    guard try earlierGrants == .unproven else { return nil }
    var start = last.map { IndexKey.repository($0.repository, $0.digest) }
    while let page = try grantRows(after: start) {
      start = page.last?.key
      let rows = page.filter { $0.record.evidence != .earned }
      let useful = try await removeUseless(rows)
      if !useful.isEmpty { return useful }
    }
    return nil
  }

  /// Says that no unproven grant is left.
  public func endUnprovenGrants() async throws(StoreError) {
    try await write { (index) throws(StoreError) in
      _ = try index.delete(index.tables.meta, MetaKey.unprovenGrants)
    }
  }

  /// What there is still to be done about grants of schema 2. A memory read.
  public var earlierGrants: EarlierGrants {
    get throws(StoreError) {
      try read { (transaction) throws(StoreError) in
        if try tables.marks(transaction).isJudgingGrants { return .judging }
        do throws(LMDBError) {
          return try transaction.get(tables.meta, MetaKey.unprovenGrants) { _ in .unproven } ?? .none
        } catch { throw StoreError(error) }
      }
    }
  }

  private func removeUseless(
    _ rows: [GrantRow]
  ) async throws(StoreError) -> [(repository: Repository, digest: Digest)] {
    try await write { (index) throws(StoreError) in
      var useful: [(repository: Repository, digest: Digest)] = []
      for row in rows {
        let now = try index.tables.record(
          GrantRecord.self,
          of: row.key,
          in: index.tables.grants,
          index.transaction.reading
        )
        guard let now, now.evidence != .earned else { continue }
        if now.evidence == .unproven, try index.content(row.digest) != nil,
          let repository = try? Repository(parsing: String(decoding: row.repository, as: UTF8.self))
        {
          useful.append((repository, row.digest))
        } else {
          try index.delete(index.tables.grants, row.key)
        }
      }
      return useful
    }
  }

  private func grantRows(after last: [UInt8]?) throws(StoreError) -> [GrantRow]? {
    var rows: [GrantRow] = []
    try read { (transaction) throws(StoreError) in
      let start = last.map { $0 + [0] }
      try tables.scan(tables.grants, prefix: [], from: start, transaction) { (key, value) throws(StoreError) in
        guard key.first != IndexKey.holderMark else { return .stop }
        guard let separator = key.lastIndex(of: UInt8(ascii: "@")),
          let digest = Digest(endOf: key, after: UInt8(ascii: "@")), let record = GrantRecord(record: value)
        else { throw .damagedRecord(table: tables.grants.name) }
        let row = GrantRow(key: Array(key), repository: Array(key[..<separator]), digest: digest, record: record)
        rows.append(row)
        return rows.count < Self.grantRowsPerStep ? .next : .stop
      }
    }
    return rows.isEmpty ? nil : rows
  }
}
