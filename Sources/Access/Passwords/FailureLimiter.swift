/// Bounds how often passwords can be guessed: for each network and user name apart, so that nobody locks out somebody else.
///
/// A bucket of attempts that failed, which empties at a constant rate. It is asked before anything is hashed. Pure; time is passed
/// in, in seconds.
public struct FailureLimiter: Sendable {
  /// Who guesses what.
  public struct Key: Hashable, Sendable {
    /// The network that tries, as coarsely as one subscriber has addresses (IPv4 whole, IPv6 to /64).
    public var network: String
    /// The user name that is tried; nil for all of that network together.
    public var user: String?

    /// The tries of one network for one name, or for all.
    public init(network: String, user: String?) { (self.network, self.user) = (network, user) }
  }

  /// How much is let pass.
  public struct Settings: Sendable, Hashable {
    /// Failures in a row for one name before attempts have to wait.
    public var perUser = 10
    /// The same for all names that one network tries.
    public var perNetwork = 50
    /// How long it takes until one more may be tried, in seconds.
    public var secondsEach: Double = 6
    /// Buckets that are remembered; beyond that the emptiest are forgotten.
    public var maxBuckets = 16_384

    /// The defaults, as documented at each property.
    public init() {}
  }

  private struct Bucket {
    var level: Double
    var at: Double
  }

  private let settings: Settings
  private var buckets: [Key: Bucket] = [:]

  /// No failures yet.
  public init(_ settings: Settings = Settings()) { self.settings = settings }

  /// Buckets that are remembered.
  var count: Int { buckets.count }

  /// How long an attempt has to wait, in seconds; nil if it may be made now.
  public func wait(network: String, user: String, at now: Double) -> Double? {
    let waits = keys(network, user).map { key, limit in
      (level(of: key, at: now) + 1 - Double(limit)) * settings.secondsEach
    }
    let longest = waits.max() ?? 0
    return longest > 0 ? longest : nil
  }

  /// An attempt has failed.
  public mutating func failed(network: String, user: String, at now: Double) {
    if buckets.count + 2 > settings.maxBuckets { forgetEmptiest(at: now) }
    for (key, limit) in keys(network, user) {
      let level = min(level(of: key, at: now) + 1, Double(limit))
      buckets[key] = Bucket(level: level, at: now)
    }
  }

  /// An attempt that was counted as failed before it was made has succeeded.
  public mutating func succeeded(network: String, user: String, at now: Double) {
    for (key, _) in keys(network, user) {
      let level = level(of: key, at: now) - 1
      buckets[key] = level > 0 ? Bucket(level: level, at: now) : nil
    }
  }

  private func keys(_ network: String, _ user: String) -> [(Key, limit: Int)] {
    [
      (Key(network: network, user: user), settings.perUser),
      (Key(network: network, user: nil), settings.perNetwork),
    ]
  }

  private func level(of key: Key, at now: Double) -> Double {
    guard let bucket = buckets[key] else { return 0 }
    return max(0, bucket.level - max(0, now - bucket.at) / settings.secondsEach)
  }

  /// Drops what has emptied, or else the emptier half.
  private mutating func forgetEmptiest(at now: Double) {
    let levels = buckets.keys.map { ($0, level(of: $0, at: now)) }.sorted { $0.1 < $1.1 }
    let gone = max(levels.prefix { $0.1 == 0 }.count, levels.count / 2)
    for (key, _) in levels.prefix(gone) { buckets[key] = nil }
  }
}
