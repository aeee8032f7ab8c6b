public import Access

/// Who may be asked for what, and how clients are told apart.
public struct AccessOptions: Sendable {
  /// Says who asks, and what they may do. It follows the configuration while Berth runs.
  public var authority: Authority
  /// Whose word about their clients is taken.
  public var trustedProxies: TrustedProxies
  /// Where clients reach this Berth, without a slash at its end: `https://berth.example`; nil where their requests tell.
  public var externalURL: String?

  /// By default nobody is asked, and everybody may pull.
  public init(
    authority: Authority = Authority(.unset),
    trustedProxies: TrustedProxies = TrustedProxies(),
    externalURL: String? = nil
  ) {
    (self.authority, self.trustedProxies, self.externalURL) = (authority, trustedProxies, externalURL)
  }
}
