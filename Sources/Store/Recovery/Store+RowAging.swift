import LMDB
import Logging
import OCI

extension Store {
  /// Forgets rows that have aged out, if it is time to look. In small pieces, behind requests.
  func ageRows(_ schedule: inout RowAgingSchedule) async {
    let aging = RowAging(now: options.now(), ledger.space)
    guard schedule.isDue(aging, indexBytes: ledger.space.indexBytes) else { return }
    do throws(StoreError) {
      let forgotten = try await ageRows(aging)
      if forgotten > 0 {
        log.info("rows about content that is not held are forgotten", metadata: ["rows": "\(forgotten)"])
      }
    } catch {
      log.debug("rows were not looked through", metadata: ["error": "\(error)"])
    }
    schedule.looked(at: aging.now, indexBytes: ledger.space.indexBytes)
  }

  /// Looks through all rows about content; says how many are forgotten.
  @discardableResult
  func ageRows(_ aging: RowAging) async throws(StoreError) -> Int {
    var forgotten = try await age(tables.tags) { (index, key, value) throws(StoreError) in
      try index.forgetTag(key, value, aging)
    }
    forgotten += try await age(tables.history) { (index, key, value) throws(StoreError) in
      try index.forgetMove(key, value, aging)
    }
    forgotten += try await age(tables.referrers) { (index, key, value) throws(StoreError) in
      try index.forgetReferrers(key, value, aging)
    }
    return forgotten
  }

  /// Keeps a commit to a few milliseconds.
  private static let agedRowsPerCommit = 500

  private func age(
    _ table: Table,
    _ forget:
      @escaping @Sendable (borrowing IndexWrite, _ key: [UInt8], _ value: [UInt8]) throws(StoreError)
      -> Bool
  ) async throws(StoreError) -> Int {
    var (forgotten, start) = (0, [UInt8]?.none)
    while !Task.isCancelled {
      let from = start
      let (count, last) = try await write { (index) throws(StoreError) -> (Int, [UInt8]?) in
        var (keys, count) = ([[UInt8]](), 0)
        try index.tables.scan(table, prefix: [], from: from, index.transaction.reading) { (key, _) throws(StoreError) in
          keys.append(Array(key))
          return keys.count < Self.agedRowsPerCommit ? .next : .stop
        }
        for key in keys {
          // The row may have gone with the one before it.
          guard let value = try index.bytes(of: key, in: table) else { continue }
          if try forget(index, key, value) { count += 1 }
        }
        return (count, keys.last)
      }
      forgotten += count
      guard let last else { break }
      start = last + [0]
    }
    return forgotten
  }
}

extension IndexWrite {
  fileprivate func bytes(of key: [UInt8], in table: Table) throws(StoreError) -> [UInt8]? {
    do throws(LMDBError) { return try transaction.reading.get(table, key) { Array($0) } } catch {
      throw StoreError(error)
    }
  }

  /// A tag goes with its history.
  fileprivate func forgetTag(
    _ key: [UInt8],
    _ value: [UInt8],
    _ aging: RowAging
  ) throws(StoreError) -> Bool {
    guard let tag = value.withUnsafeBytes({ TagRow(record: $0) })?.tag else {
      throw .damagedRecord(table: tables.tags.name)
    }
    let isHeld = try content(tag.digest) != nil
    guard aging.forgets(isAboutHeld: isHeld, writtenAt: max(tag.fetchedAt, tag.checkedAt)) else { return false }
    var keys: [[UInt8]] = []
    let moves = key + [UInt8(ascii: " ")]
    try tables.scan(tables.history, prefix: moves, transaction.reading) { (key, _) throws(StoreError) in
      keys.append(Array(key))
      return .next
    }
    for key in keys { try delete(tables.history, key) }
    return try delete(tables.tags, key)
  }

  /// A tag's history stays as long as the tag does; of tags that are gone it ages.
  fileprivate func forgetMove(
    _ key: [UInt8],
    _ value: [UInt8],
    _ aging: RowAging
  ) throws(StoreError) -> Bool {
    guard let move = value.withUnsafeBytes({ TagMove(record: $0) }), let end = key.lastIndex(of: UInt8(ascii: " "))
    else {
      throw .damagedRecord(table: tables.history.name)
    }
    let isKnown = try bytes(of: Array(key[..<end]), in: tables.tags) != nil
    guard aging.forgets(isAboutHeld: isKnown, writtenAt: move.replacedAt) else { return false }
    return try delete(tables.history, key)
  }

  /// A list stays while its subject or something that it lists is held.
  fileprivate func forgetReferrers(
    _ key: [UInt8],
    _ value: [UInt8],
    _ aging: RowAging
  ) throws(StoreError) -> Bool {
    let mark = UInt8(ascii: "@")
    // What is listed goes with the list.
    guard key.firstIndex(of: mark) == key.lastIndex(of: mark) else { return false }
    guard let check = value.withUnsafeBytes({ ReferrersCheck(record: $0) }),
      let subject = key.withUnsafeBytes({ Digest(endOf: $0, after: mark) })
    else { throw .damagedRecord(table: tables.referrers.name) }
    guard aging.forgets(isAboutHeld: false, writtenAt: check.checkedAt), try content(subject) == nil else {
      return false
    }
    var listed: [Digest] = []
    try tables.scan(tables.referrers, prefix: key + [mark], transaction.reading) { (key, _) throws(StoreError) in
      if let digest = Digest(endOf: key, after: mark) { listed.append(digest) }
      return .next
    }
    for digest in listed where try content(digest) != nil { return false }
    try removeReferrers(of: key)
    return true
  }
}
