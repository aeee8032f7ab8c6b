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
