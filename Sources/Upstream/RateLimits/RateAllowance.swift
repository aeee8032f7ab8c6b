/// What an upstream has said about how much more one of its accounts may ask.
public struct RateAllowance: Sendable, Hashable {
  /// Who said so.
  public var endpoint: Endpoint
  /// By what it tells the account from others, an address or an account's name; nil if it does not say.
  public var source: String?
  /// Pulls that may be made in a window; nil if it does not say.
  public var limit: Int64?
  /// How many of them were left when it last answered; nil if it does not say.
  public var remaining: Int64?
  /// How long the window is; nil if it does not say.
  public var window: Duration?
  /// How long Berth will not ask it for manifests; nil if it may be asked.
  public var rest: Duration?

  /// Nil if nothing is known.
  init?(_ budget: RateBudget, at endpoint: Endpoint, now: RateBudget.Instant) {
    let fields = budget.told?.fields
    rest = budget.rest(for: .pull, now: now)?.duration
    guard fields != nil || rest != nil else { return nil }
    self.endpoint = endpoint
    (source, limit) = (fields?.source, fields?.limit)
    (remaining, window) = (fields?.remaining, fields?.window)
  }
}
