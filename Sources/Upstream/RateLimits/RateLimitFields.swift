import NIOHTTP1
import OCI

/// What an answer's header says about how much more may be asked.
///
/// Docker Hub sends `ratelimit-limit: 100;w=21600`, `ratelimit-remaining: 20;w=21600` and `docker-ratelimit-source` with
/// the answers to manifest requests, HEAD included. Others use the same names as an IETF draft had them.
struct RateLimitFields: Hashable, Sendable {
  /// Requests that may be made in a window.
  var limit: Int64?
  /// How many of them are left.
  var remaining: Int64?
  /// How long the window is; nil if it is not said.
  var window: Duration?
  /// By what the upstream tells us from others: an address, or the name of an account.
  var source: String?

  /// Nil if neither limit nor rest is told.
  init?(_ headers: HTTPHeaders) {
    let limit = headers.first(name: "ratelimit-limit").flatMap(Self.value)
    let remaining = headers.first(name: "ratelimit-remaining").flatMap(Self.value)
    guard limit != nil || remaining != nil else { return nil }
    (self.limit, self.remaining) = (limit?.count, remaining?.count)
    window = remaining?.window ?? limit?.window
    source = headers.first(name: "docker-ratelimit-source").map { Printable.line($0, maxLength: 64) }
  }

  init(limit: Int64?, remaining: Int64?, window: Duration?, source: String? = nil) {
    (self.limit, self.remaining, self.window, self.source) = (limit, remaining, window, source)
  }

  /// Reads `100;w=21600`. Of several, as in `10, 10;w=1, 50;w=60`, the first is the one that is in force.
  private static func value(_ text: String) -> (count: Int64, window: Duration?)? {
    let parts = text.prefix { $0 != "," }.split(separator: ";").map { part in
      part.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
    }
    guard let count = parts.first.flatMap(number) else { return nil }
    let window = parts.dropFirst().lazy.filter { $0.hasPrefix("w=") }.compactMap { number($0.dropFirst(2)) }.first
    return (count, window.map { .seconds($0) })
  }

  /// Digits only, at most a thousand million: beyond that it is no limit, and sums could overflow.
  private static func number(_ text: Substring) -> Int64? {
    guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
    return Int64(text).map { min($0, 1_000_000_000) }
  }
}
