import OCI

/// Which grants of schema 2 stay. There, a grant was made for whatever a manifest named, so that a row says little; but what
/// only one repository has a row for, that one has fetched.
///
/// | the content | rows for the digest | offline | verdict |
/// |---|---|---|---|
/// | is held | this one alone | – | earned |
/// | is held | others, too | yes: nobody can be asked | earned |
/// | is held | others, too | no | unproven: upstream is asked before anything is served |
/// | is not held | – | – | unproven |
struct GrantJudgement: Sendable {
  /// The beginnings of digests, for memory's sake. Two that begin alike count as the same: that makes a grant unproven,
  /// never earned.
  private var seen: Set<UInt64> = []
  private var repeated: Set<UInt64> = []

  /// There is a row for that digest, whatever it rests on.
  mutating func note(_ digest: Digest) {
    let beginning = Self.beginning(of: digest)
    if !seen.insert(beginning).inserted { repeated.insert(beginning) }
  }

  /// What becomes of an unproven row.
  /// - Parameter trustsAll: whether the site is offline.
  func isEarned(_ digest: Digest, isHeld: Bool, trustsAll: Bool) -> Bool {
    isHeld && (trustsAll || !repeated.contains(Self.beginning(of: digest)))
  }

  private static func beginning(of digest: Digest) -> UInt64 {
    digest.withUnsafeBytes { $0.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }
  }
}
