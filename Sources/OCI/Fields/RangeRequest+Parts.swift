extension RangeRequest {
  /// Whether all that it asks for has an end: nothing of the kind "from there on".
  public var isBounded: Bool {
    guard case .parts(let parts) = self else { return false }
    return parts.allSatisfy { part in
      switch part {
      case .from(let first, let last): first <= last && last < .max
      case .suffix: true
      }
    }
  }

  /// The parts that are sent of so many bytes, in their order; nil where that is the whole, or an error.
  public func parts(of totalBytes: Int64) -> [Range<Int64>]? {
    switch resolve(size: totalBytes) {
    case .partial(let range): Int64(range.count) < totalBytes ? [range] : nil
    case .several(let ranges): ranges.reduce(0) { $0 + Int64($1.count) } < totalBytes ? ranges : nil
    case .whole, .tooMany, .unsatisfiable: nil
    }
  }

  /// The bytes that are sent first; nil if that cannot be known, or is nothing.
  /// - Parameter size: of the whole, if somebody has said.
  public func firstRange(of size: Int64?) -> Range<Int64>? {
    if let size { return parts(of: size)?.first }
    guard case .parts(let parts) = self, case .from(let first, let last)? = parts.first, first <= last, last < .max
    else { return nil }
    return first..<(last + 1)
  }
}
