public import OCI

/// The manifests that refer to a subject, as upstream last said.
public struct ReferrersRecord: Sendable, Equatable {
  /// The referrers, by digest.
  public var referrers: [Referrer]
  /// When upstream was last asked, in seconds since 1970.
  public var checkedAt: Int64

  /// A record of these values.
  public init(referrers: [Referrer], checkedAt: Int64) {
    self.referrers = referrers
    self.checkedAt = checkedAt
  }
}
