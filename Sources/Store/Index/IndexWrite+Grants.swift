import LMDB
public import OCI

extension IndexWrite {
  /// Records that upstream has shown that content to `repository`. Content that is not held, in the middle of this change,
  /// needs no grant and gets none: whoever brings it earns one. Says whether it is recorded.
  @discardableResult
  public func grant(_ repository: Repository, _ digest: Digest, _ record: GrantRecord) throws(StoreError) -> Bool {
    guard try content(digest) != nil else { return false }
    try put(tables.grants, IndexKey.repository(repository, digest), record)
    let holder = IndexKey.holder(repository, of: digest)
    if record.evidence == .earned { try put(tables.grants, holder, []) } else { try delete(tables.grants, holder) }
    return true
  }

  /// Withdraws a grant; says whether there was one.
  @discardableResult
  public func revoke(_ repository: Repository, _ digest: Digest) throws(StoreError) -> Bool {
    let (key, holder) = (IndexKey.repository(repository, digest), IndexKey.holder(repository, of: digest))
    let wasEarned = try delete(tables.grants, holder)
    // While rows are judged by who else has one, a row that goes must not make another look like the only one.
    guard try isJudgingGrants() else { return try delete(tables.grants, key) }
    guard let record = try tables.record(GrantRecord.self, of: key, in: tables.grants, transaction.reading) else {
      return wasEarned
    }
    try put(tables.grants, key, GrantRecord(grantedAt: record.grantedAt, evidence: .revoked))
    return record.evidence != .revoked
  }

  /// Withdraws all grants of content that is held no longer, and what was said of it as a subject.
  func removeGrants(of digest: Digest) throws(StoreError) {
    let prefix = IndexKey.holders(of: digest)
    var holders: [[UInt8]] = []
    try tables.scan(tables.grants, prefix: prefix, transaction.reading) { (key, _) throws(StoreError) in
      holders.append(Array(key))
      return .next
    }
    for holder in holders {
      let grant = IndexKey.repository(Array(holder.dropFirst(prefix.count)), digest)
      try delete(tables.grants, holder)
      try delete(tables.grants, grant)
      try removeReferrers(of: grant)
    }
  }
}
