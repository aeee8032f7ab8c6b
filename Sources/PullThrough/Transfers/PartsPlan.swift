import OCI

/// How the parts of a blob that one client asked for are fetched for it alone. Pure.
///
/// They are passed on one behind the other, in the order in which they are sent. So what has been passed is a stream of its
/// own, in which a *place* is a number of bytes, and the client's offsets in the blob are translated to places.
struct PartsPlan: Equatable {
  /// A request to the upstream, and the parts that its bytes hold.
  struct Ask: Equatable {
    var range: Range<Int64>
    var parts: [Part]
  }

  struct Part: Equatable {
    var range: Range<Int64>
    /// Place of its first byte.
    var place: Int64
  }

  /// Bytes between two parts up to which one request for both costs less than a second one: its header is as long.
  static let gapBytes: Int64 = 1 << 10

  let asks: [Ask]

  /// - Parameter parts: as they are sent; none empty.
  init(_ parts: [Range<Int64>]) {
    var asks: [Ask] = []
    var place: Int64 = 0
    for range in parts {
      let part = Part(range: range, place: place)
      place = place.saturatingSum(Int64(range.count))
      let gap = asks.last.map { range.lowerBound.saturatingDifference($0.range.upperBound) }
      if let gap, gap >= 0, gap <= Self.gapBytes, let last = asks.popLast() {
        asks.append(Ask(range: last.range.lowerBound..<range.upperBound, parts: last.parts + [part]))
      } else {
        asks.append(Ask(range: range, parts: [part]))
      }
    }
    self.asks = asks
  }

  /// What of the bytes at `range` is passed on: which of them, and at which place.
  static func passed(_ range: Range<Int64>, of ask: Ask) -> [Part] {
    ask.parts.compactMap { part in
      let own = range.clamped(to: part.range)
      return own.isEmpty ? nil : Part(range: own, place: part.place + (own.lowerBound - part.range.lowerBound))
    }
  }

  /// The place of an offset in the blob; nil if it lies in none of the parts.
  /// - Parameter parts: as they are sent; none empty, and none overlapping another.
  static func place(of offset: Int64, in parts: [Range<Int64>]) -> Int64? {
    var place: Int64 = 0
    for part in parts {
      if part.contains(offset) { return place + (offset - part.lowerBound) }
      place = place.saturatingSum(Int64(part.count))
    }
    return nil
  }
}
