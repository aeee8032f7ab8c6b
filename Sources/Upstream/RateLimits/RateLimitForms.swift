import NIOHTTP1
import OCI

/// The forms in which limits are told. Pure.
///
/// | from | fields |
/// |---|---|
/// | Docker Hub | `RateLimit-Limit: 100;w=21600`, `RateLimit-Remaining: 20;w=21600` |
/// | drafts 0 to 2, Kong, GitLab | `RateLimit-Limit: 10, 10;w=1, 50;w=60`, `RateLimit-Remaining: 9`, `RateLimit-Reset: 1` |
/// | drafts 3 to 6 | the same, with the windows in `RateLimit-Policy: 10;w=1, 50;w=60` |
/// | draft 7 | `RateLimit: limit=10, remaining=9, reset=1` |
/// | drafts 8 on | `RateLimit: "burst";r=9;t=1, "day";r=900`, `RateLimit-Policy: "burst";q=10;w=1, "day";q=1000;w=86400` |
enum RateLimitForms {
  /// Numbers as they stand; seconds for times.
  struct Told: Hashable {
    var limit: Int64?
    var remaining: Int64?
    var window: Int64?
    var reset: String?
  }

  static func read(_ headers: HTTPHeaders) -> Told {
    let policies = members(of: headers["RateLimit-Policy"])
    let combined = members(of: headers["RateLimit"])
    if !combined.isEmpty { return read(combined, policies) }
    let limits = members(of: headers["RateLimit-Limit"])
    let remaining = members(of: headers["RateLimit-Remaining"]).first
    var told = Told()
    // Of several, as in `10, 10;w=1, 50;w=60`, the first is the one that is in force.
    told.limit = limits.first?.count
    told.remaining = remaining?.count
    let window = limits.first.flatMap { inForce in
      inForce.number("w") ?? (limits.dropFirst() + policies).first { $0.count == inForce.count }?.number("w")
    }
    told.window = remaining?.number("w") ?? window
    told.reset = headers.first(name: "RateLimit-Reset").map { String($0.prefix(64)) }
    return told
  }

  /// Of several policies the one of which least is left.
  private static func read(_ combined: [Member], _ policies: [Member]) -> Told {
    let named = combined.filter { $0.number("r") != nil }
    guard let nearest = named.min(by: { $0.number("r") ?? 0 < $1.number("r") ?? 0 }) else {
      // Draft 7: one member for each number.
      func number(_ key: String) -> Int64? { combined.lazy.compactMap { $0.number(key) }.first }
      let limit = number("limit")
      let policy = policies.first { $0.count == limit }
      return Told(
        limit: limit,
        remaining: number("remaining"),
        window: policy?.number("w"),
        reset: number("reset").map(String.init)
      )
    }
    let policy = policies.first { $0.value == nearest.value }
    return Told(
      limit: policy?.number("q"),
      remaining: nearest.number("r"),
      window: policy?.number("w"),
      reset: nearest.number("t").map(String.init)
    )
  }

  /// One member of a list: a value, and parameters behind semicolons.
  private struct Member {
    var value: Substring
    var parameters: [(key: Substring, value: Substring)]

    var count: Int64? { RateLimitForms.number(value) }

    func number(_ key: String) -> Int64? {
      parameters.first { $0.key == key }.flatMap { RateLimitForms.number($0.value) }
    }
  }

  private static func members(of fields: [String]) -> [Member] {
    fields.flatMap { $0.prefix(maxLength).split(separator: ",") }.map { text in
      let parts = text.split(separator: ";").map(trimmed)
      let parameters = parts.compactMap { part -> (key: Substring, value: Substring)? in
        guard let equals = part.firstIndex(of: "=") else { return nil }
        return (trimmed(part[..<equals]), trimmed(part[part.index(after: equals)...]))
      }
      return Member(value: parts.first ?? "", parameters: parameters)
    }
  }

  private static let maxLength = 1_024

  private static func trimmed(_ text: Substring) -> Substring {
    let rest = text.drop { $0 == " " || $0 == "\t" }
    return rest.prefix { $0 != " " && $0 != "\t" }
  }

  /// Digits only, at most a thousand million: beyond that it is no limit, and sums could overflow.
  private static func number(_ text: Substring) -> Int64? {
    guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy(\.isDigit) else { return nil }
    return Int64(text).map { min($0, 1_000_000_000) }
  }
}
