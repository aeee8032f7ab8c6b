import LMDB
public import OCI

extension IndexWrite {
  /// Records what a tag means. When it named another digest before, that is kept in the tag's history.
  public func putTag(_ repository: Repository, _ tag: Tag, _ record: TagRecord) throws(StoreError) {
    if let old = try self.tag(repository, tag), old.digest != record.digest {
      let move = TagMove(digest: old.digest, fetchedAt: old.fetchedAt, replacedAt: now)
      try append(move, toHistoryOf: tag, in: repository)
    }
    let name = IndexKey.isSpelledOut(repository) ? nil : repository.description
    try put(tables.tags, IndexKey.tag(repository, tag), TagRow(tag: record, repository: name))
  }

  /// Forgets a tag; what it named goes to its history. Says whether it was known.
  @discardableResult
  public func removeTag(_ repository: Repository, _ tag: Tag) throws(StoreError) -> Bool {
    guard let old = try self.tag(repository, tag) else { return false }
    let move = TagMove(digest: old.digest, fetchedAt: old.fetchedAt, replacedAt: now)
    try append(move, toHistoryOf: tag, in: repository)
    return try delete(tables.tags, IndexKey.tag(repository, tag))
  }

  private func append(_ move: TagMove, toHistoryOf tag: Tag, in repository: Repository) throws(StoreError) {
    let prefix = IndexKey.history(of: repository, tag)
    var keys: [[UInt8]] = []
    try tables.scan(tables.history, prefix: prefix, transaction.reading) { (key, _) throws(StoreError) in
      keys.append(Array(key))
      return .next
    }
    let last = keys.last.flatMap { Int64(String(decoding: $0.dropFirst(prefix.count), as: UTF8.self)) } ?? 0
    try put(tables.history, IndexKey.history(repository, tag, move: last.saturatingSum(1)), move)
    let surplus = keys.count + 1 - max(1, maxTagMoves)
    for key in keys.prefix(max(0, surplus)) { try delete(tables.history, key) }
  }
}
