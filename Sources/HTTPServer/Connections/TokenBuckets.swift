import NIOCore

/// How many requests each of many may still make: a bucket of tokens for each, filled at a rate.
struct TokenBuckets<Key: Hashable> {
  private struct Bucket {
    /// In billionths, so that a nanosecond's share is a whole number.
    var tokens: Int64
    var filledAt: NIODeadline
  }

  private static var token: Int64 { 1_000_000_000 }

  private let perSecond: Int64
  private let maxCount: Int
  private var buckets: [Key: Bucket] = [:]

  /// - Parameters:
  ///   - perSecond: tokens that a bucket gets in a second, and that it holds at the most.
  ///   - maxCount: buckets that are kept. Beyond that those that are full are forgotten, which changes nothing, and then
  ///     all: then nobody is refused for what came before.
  init(perSecond: Int, maxCount: Int) {
    self.perSecond = min(max(1, Int64(clamping: perSecond)), 1_000_000)
    self.maxCount = max(1, maxCount)
  }

  var count: Int { buckets.count }

  /// Takes one token.
  /// - Returns: nil if there was one, else in how many seconds, rounded up, there will be.
  mutating func take(_ key: Key, at now: NIODeadline) -> Int? {
    if buckets[key] == nil, buckets.count >= maxCount { forget(at: now) }
    var bucket = filled(buckets[key] ?? Bucket(tokens: full, filledAt: now), at: now)
    defer { buckets[key] = bucket }
    guard bucket.tokens < Self.token else {
      bucket.tokens -= Self.token
      return nil
    }
    let nanoseconds = (Self.token - bucket.tokens) / perSecond
    return Int(max(1, (nanoseconds + Self.token - 1) / Self.token))
  }

  private var full: Int64 { perSecond * Self.token }

  private func filled(_ bucket: Bucket, at now: NIODeadline) -> Bucket {
    // A second fills it: no more is multiplied.
    let nanoseconds = min(max(0, (now - bucket.filledAt).nanoseconds), Self.token)
    return Bucket(tokens: min(full, bucket.tokens + nanoseconds * perSecond), filledAt: now)
  }

  private mutating func forget(at now: NIODeadline) {
    buckets = buckets.filter { filled($0.value, at: now).tokens < full }
    if buckets.count >= maxCount { buckets = [:] }
  }
}
