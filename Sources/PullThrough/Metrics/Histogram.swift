import Synchronization

/// How long something took, counted in buckets with fixed bounds from half a millisecond to five minutes.
///
/// Noting a duration is a search among a few numbers and two relaxed atomic additions.
public final class Histogram: Sendable {
  /// What a histogram has counted.
  public struct Snapshot: Sendable, Equatable {
    /// For each bound of ``Histogram/boundsSeconds``, how many durations were not longer.
    public var cumulativeCounts: [UInt64]
    /// How many durations were noted.
    public var count: UInt64
    /// All durations together, in seconds.
    public var sumSeconds: Double
  }

  /// The upper bounds of all buckets but the last, which has none; in seconds.
  public static let boundsSeconds: [Double] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
  ]
  private static let boundsNanoseconds = boundsSeconds.map { Int64($0 * 1e9) }

  private let buckets = Histogram.boundsSeconds.map { _ in Counter() } + [Counter()]
  private let sumNanoseconds = Counter()

  /// Nothing noted.
  public init() {}

  /// Notes a duration in nanoseconds; a negative one counts as zero.
  public func note(nanoseconds: Int64) {
    let index = Self.boundsNanoseconds.firstIndex { nanoseconds <= $0 } ?? Self.boundsNanoseconds.count
    buckets[index].increment()
    sumNanoseconds.add(nanoseconds)
  }

  /// What has been counted so far. Durations noted meanwhile may be in the sum and not yet in a bucket.
  public var snapshot: Snapshot {
    var count: UInt64 = 0
    let cumulative = buckets.map { bucket in
      count &+= bucket.current
      return count
    }
    return Snapshot(
      cumulativeCounts: Array(cumulative.dropLast()),
      count: count,
      sumSeconds: Double(sumNanoseconds.current) / 1e9
    )
  }
}
