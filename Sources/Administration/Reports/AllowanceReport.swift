public import OCI
import PullThrough
import Upstream

/// How much more may be asked of an upstream, as far as it says so: all of Berth's accounts there together.
public struct AllowanceReport: Sendable, Hashable {
  /// Who limits.
  public var upstream: UpstreamName
  /// Pulls that may be made in a window; nil if the upstream does not say.
  public var limit: Int64?
  /// How many of them were left when it last answered; nil if it does not say.
  public var remaining: Int64?
  /// Seconds for which no manifest will be asked for by any account; nil if one of them may ask.
  public var restSeconds: Int64?

  init?(_ client: any UpstreamRegistry) {
    let allowances = client.allowances
    guard !allowances.isEmpty else { return nil }
    upstream = client.name
    (limit, remaining) = (Self.sum(allowances.map(\.limit)), Self.sum(allowances.map(\.remaining)))
    let rests = allowances.map(\.rest)
    restSeconds = rests.contains(nil) ? nil : rests.compactMap { $0?.components.seconds }.min()
  }

  /// Of those that are known; nil if none is. Each is at most a thousand million.
  private static func sum(_ counts: [Int64?]) -> Int64? {
    let known = counts.compactMap(\.self)
    return known.isEmpty ? nil : known.reduce(0, +)
  }
}

extension Reports {
  /// How much more may be asked of each upstream that has said anything about it, sorted by name. Memory only.
  public var allowances: [AllowanceReport] { pullThrough.upstreams.all.compactMap(AllowanceReport.init) }
}
