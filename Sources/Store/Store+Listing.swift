import LMDB
public import OCI

extension Store {
  /// Rows shown by one snapshot: older snapshots keep freed pages from use, so that long lists are read in pieces.
  private static let pageSize = 1_000

  /// The tags of `repository` behind `last`, sorted, `limit` at most.
  public func tags(
    in repository: Repository,
    after last: Tag? = nil,
    limit: Int = .max
  ) throws(StoreError) -> [(Tag, TagRecord)] {
    let prefix = IndexKey.tags(of: repository)
    var found: [(Tag, TagRecord)] = []
    var start = last.map { IndexKey.tag(repository, $0) + [0] } ?? prefix
    while found.count < limit {
      let page = try page(of: tables.tags, prefix: prefix, from: start, limit: limit - found.count)
      for (key, value) in page {
        guard let row = value.withUnsafeBytes({ TagRow(record: $0) }),
          let tag = try? Tag(parsing: String(decoding: key.dropFirst(prefix.count), as: UTF8.self))
        else { throw .damagedRecord(table: tables.tags.name) }
        found.append((tag, row.tag))
      }
      guard let last = page.last, page.count == min(Self.pageSize, limit) else { break }
      start = last.key + [0]
    }
    return found
  }

  /// The moves of a tag, the latest first.
  public func history(_ repository: Repository, _ tag: Tag) throws(StoreError) -> [TagMove] {
    let prefix = IndexKey.history(of: repository, tag)
    return try page(of: tables.history, prefix: prefix, from: prefix, limit: .max).reversed().map {
      (_, value) throws(StoreError) in
      guard let move = value.withUnsafeBytes({ TagMove(record: $0) }) else {
        throw .damagedRecord(table: tables.history.name)
      }
      return move
    }
  }

  /// The repositories of which a tag is known, whose text (`docker.io/library/alpine`) begins with `prefix`; sorted.
  public func repositories(matching prefix: String = "") throws(StoreError) -> [Repository] {
    var found: [Repository] = []
    // A long repository stands abbreviated in keys; what all keys agree upon is the beginning.
    let keyPrefix = Array(prefix.utf8.prefix(IndexKey.verbatimRepositoryBytes))
    var start = keyPrefix
    while let (key, value) = try page(of: tables.tags, prefix: keyPrefix, from: start, limit: 1).first {
      guard let row = value.withUnsafeBytes({ TagRow(record: $0) }), let colon = key.lastIndex(of: UInt8(ascii: ":")),
        let repository = try? Repository(parsing: row.repository ?? String(decoding: key[..<colon], as: UTF8.self))
      else { throw .damagedRecord(table: tables.tags.name) }
      if repository.description.utf8.starts(with: prefix.utf8) { found.append(repository) }
      // The next repository's keys come after all tags of this one, which have a colon here.
      start = key[..<colon] + [UInt8(ascii: ":") + 1]
    }
    return found.sorted()
  }

  private func page(
    of table: Table,
    prefix: [UInt8],
    from start: [UInt8],
    limit: Int
  ) throws(StoreError) -> [(key: [UInt8], value: [UInt8])] {
    let limit = min(limit, Self.pageSize)
    var rows: [(key: [UInt8], value: [UInt8])] = []
    try read { (transaction) throws(StoreError) in
      try tables.scan(table, prefix: prefix, from: start, transaction) { (key, value) throws(StoreError) in
        rows.append((key: Array(key), value: Array(value)))
        return rows.count < limit ? .next : .stop
      }
    }
    return rows
  }
}
