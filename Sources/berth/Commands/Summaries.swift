import OCI

/// Requests by how they were answered, in a few words.
struct RequestSummary {
  private let requests: JSONValue

  init(_ counters: JSONValue) { requests = counters["requests"] }

  var hits: Int64 { requests["hit"].number }
  var joined: Int64 { requests["joined"].number }
  var misses: Int64 { requests["miss"].number }
  var stale: Int64 { requests["stale"].number }
  /// Those that brought no content.
  var failures: Int64 {
    ["not_found", "denied", "refused", "limited", "failed"].reduce(0) { $0.saturatingSum(requests[$1].number) }
  }
  /// Those that needed no fetch of their own.
  var easy: Int64 { hits.saturatingSum(joined).saturatingSum(stale) }
  var total: Int64 { easy.saturatingSum(misses).saturatingSum(failures) }

  /// How many requests for content needed no fetch of their own.
  var hitShare: String { HumanText.percent(easy, of: easy.saturatingSum(misses)) }

  var text: String {
    let words = [("hits", hits), ("joined", joined), ("misses", misses), ("stale", stale), ("errors", failures)]
    return words.filter { $0.1 > 0 || $0.0 == "hits" }.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
      + " (\(hitShare) without a fetch)"
  }
}

/// The store's fill, in a few words.
struct StoreSummary {
  private let store: JSONValue

  init(_ store: JSONValue) { self.store = store }

  var text: String {
    let held = "\(HumanText.bytes(store["bytes"].number)) in \(HumanText.count(store["contents"].number, "content"))"
    guard let capacity = store["capacityBytes"].int64 else { return held }
    return "\(held), \(HumanText.percent(store["bytes"].number, of: capacity)) of \(HumanText.bytes(capacity))"
  }
}

/// What an upstream still allows, in a few words; empty for one that does not say.
struct RateLimitSummary {
  private let limit: JSONValue

  init(_ limit: JSONValue) { self.limit = limit }

  var text: String {
    guard let remaining = limit["remaining"].int64 else { return "" }
    return limit["limit"].int64.map { "\(remaining)/\($0)" } ?? "\(remaining)"
  }
}

/// What keeps Berth from asking an upstream, until when, and why: a line for each.
struct TroubleSummary {
  private let trouble: JSONValue

  init(_ trouble: JSONValue) { self.trouble = trouble }

  /// - Parameter now: seconds since 1970.
  func lines(now: Int64) -> [String] {
    let upstream = trouble["upstream"].text
    var lines: [String] = []
    if let seconds = trouble["limitedSeconds"].int64 {
      lines.append("\(upstream)  rate limited \(Self.until(seconds, now: now))")
    }
    let endpoints = trouble["endpoints"].list
    for endpoint in endpoints {
      guard let seconds = endpoint["openSeconds"].int64 else { continue }
      let place = endpoints.count > 1 ? " of \(endpoint["endpoint"].text)" : ""
      let reason = endpoint["reason"].string.map { ": \($0)" } ?? ""
      let time = seconds > 0 ? Self.until(seconds, now: now) : "(trying again now)"
      lines.append("\(upstream)  circuit breaker\(place) open \(time)\(reason)")
    }
    return lines
  }

  /// `until 14:05:09 (in 12m)`, in the machine's time zone.
  private static func until(_ seconds: Int64, now: Int64) -> String {
    "until \(HumanText.clockTime(now.saturatingSum(seconds))) (in \(HumanText.duration(seconds: seconds)))"
  }
}
