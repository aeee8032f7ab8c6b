/// Which bytes of a file have arrived: a set of ranges, kept sorted, apart and joined where they touch.
public struct ReceivedRanges: Sendable, Equatable {
  /// The ranges, ascending; between any two lies at least one byte that has not arrived.
  public private(set) var ranges: [Range<Int64>] = []

  /// Nothing has arrived.
  public init() {}

  /// Number of bytes that have arrived.
  public var total: Int64 { ranges.reduce(0) { $0 + Int64($1.count) } }

  /// Adds bytes; those that had arrived already change nothing.
  public mutating func insert(_ range: Range<Int64>) {
    guard !range.isEmpty else { return }
    // The common case, bytes in order, touches only the last range.
    if let last = ranges.last, last.lowerBound <= range.lowerBound, range.lowerBound <= last.upperBound {
      ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      return
    }
    let start = firstIndex { $0.upperBound >= range.lowerBound }
    let end = firstIndex { $0.lowerBound > range.upperBound }
    guard start < end else { return ranges.insert(range, at: start) }
    let joined =
      min(range.lowerBound, ranges[start].lowerBound)..<max(range.upperBound, ranges[end - 1].upperBound)
    ranges.replaceSubrange(start..<end, with: CollectionOfOne(joined))
  }

  /// The end of the bytes that have arrived without a gap from `offset` on; `offset` itself when its byte has not.
  public func contiguousEnd(from offset: Int64) -> Int64 {
    let index = firstIndex { $0.upperBound > offset }
    guard index < ranges.count, ranges[index].lowerBound <= offset else { return offset }
    return ranges[index].upperBound
  }

  /// Whether all bytes of `range` have arrived.
  public func contains(_ range: Range<Int64>) -> Bool {
    range.isEmpty || contiguousEnd(from: range.lowerBound) >= range.upperBound
  }

  /// The parts of `range` that have not arrived, ascending.
  public func gaps(in range: Range<Int64>) -> [Range<Int64>] {
    var gaps: [Range<Int64>] = []
    var position = range.lowerBound
    for arrived in ranges[firstIndex { $0.upperBound > range.lowerBound }...] {
      guard position < range.upperBound, arrived.lowerBound < range.upperBound else { break }
      if position < arrived.lowerBound { gaps.append(position..<arrived.lowerBound) }
      position = arrived.upperBound
    }
    if position < range.upperBound { gaps.append(position..<range.upperBound) }
    return gaps
  }

  /// Index of the first range that is past a point, by bisection; the number of ranges if none is.
  private func firstIndex(where isPast: (Range<Int64>) -> Bool) -> Int {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = low + (high - low) / 2
      if isPast(ranges[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
