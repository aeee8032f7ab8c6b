import NIOHTTP1
import OCI

/// What an answer's header says about how much more may be asked.
///
/// Docker Hub sends `ratelimit-limit: 100;w=21600`, `ratelimit-remaining: 20;w=21600` and `docker-ratelimit-source` with
/// the answers to manifest requests, HEAD included. Gateways use the same names about requests of any kind, as the drafts
/// of the IETF (draft-ietf-httpapi-ratelimit-headers) had them over the years; see `RateLimitForms`.
struct RateLimitFields: Hashable, Sendable {
  /// Requests that may be made in a window.
  var limit: Int64?
  /// How many of them are left.
  var remaining: Int64?
  /// How long the window is; nil if it is not said.
  var window: Duration?
  /// Until when what is left counts, from the answer on; nil if it is not said.
  var reset: Duration?
  /// By what the upstream tells us from others: an address, or the name of an account.
  var source: String?

  /// Nil if neither limit nor rest is told.
  ///
  /// - Parameter now: seconds since 1970 by the clock of whoever answers.
  init?(_ headers: HTTPHeaders, now: Int64) {
    let told = RateLimitForms.read(headers)
    guard told.limit != nil || told.remaining != nil else { return nil }
    (limit, remaining, window) = (told.limit, told.remaining, told.window.map { .seconds($0) })
    reset = told.reset.flatMap { Self.reset($0, now: now) }
    source = headers.first(name: "docker-ratelimit-source").map { PrintableText.line($0, maxLength: 64) }
  }

  init(limit: Int64?, remaining: Int64?, window: Duration?, reset: Duration? = nil, source: String? = nil) {
    (self.limit, self.remaining, self.window) = (limit, remaining, window)
    (self.reset, self.source) = (reset, source)
  }

  /// Whether they are about an allowance that is counted over hours, as Docker Hub's of pulls is.
  var isAllowance: Bool { window.map { $0 >= Self.leastAllowanceWindow } ?? false }

  /// Gateways count by the second, the minute, at most the hour; an allowance of less than that would end nobody's day.
  private static let leastAllowanceWindow: Duration = .seconds(3_600)

  /// A number of seconds, or a moment in time (GitLab). Nobody's limit lasts thirty years.
  private static func reset(_ text: String, now: Int64) -> Duration? {
    guard let number = Int64(text), number >= firstMoment else {
      return RetryAfter.parse(text, now: now, ceiling: longestReset)
    }
    return RetryAfter.parse(HTTPDate.format(number), now: now, ceiling: longestReset)
  }

  /// 2001, in seconds since 1970.
  private static let firstMoment: Int64 = 1_000_000_000
  private static let longestReset: Duration = .seconds(24 * 3_600)
}
