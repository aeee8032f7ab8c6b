public import OCI

/// What an upstream says about the referrers of a manifest.
public enum ReferrersAnswer: Sendable, Hashable {
  /// All that refer to it; none is a real answer.
  case referrers([Referrer])
  /// The upstream has no such API: the fallback tag is to be asked (distribution-spec §Listing Referrers).
  case notSupported
}
