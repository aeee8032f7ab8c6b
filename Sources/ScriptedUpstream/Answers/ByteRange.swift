/// A `Range` header, read as servers do (RFC 9110 §14): one range of bytes, or none.
enum ByteRange: Equatable {
  case whole
  case part(Range<Int64>)
  case unsatisfiable

  init(_ header: String?, size: Int64) {
    guard let header, header.hasPrefix("bytes=") else {
      self = .whole
      return
    }
    let parts = header.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      self = .whole
      return
    }
    switch (Int64(parts[0]), Int64(parts[1])) {
    case (let first?, let last?) where first <= last:
      self = first < size ? .part(first..<min(size, last &+ 1 > 0 ? last &+ 1 : size)) : .unsatisfiable
    case (let first?, nil) where parts[1].isEmpty:
      self = first < size ? .part(first..<size) : .unsatisfiable
    case (nil, let suffix?) where parts[0].isEmpty:
      self = suffix > 0 && size > 0 ? .part(max(0, size - suffix)..<size) : .unsatisfiable
    default: self = .whole
    }
  }

  /// The range moved on by `distance`, kept within `size`.
  func shifted(by distance: Int64, size: Int64) -> ByteRange {
    guard case .part(let range) = self else { return self }
    let start = min(max(0, range.lowerBound + distance), max(0, size - 1))
    return .part(start..<min(size, start + Int64(range.count)))
  }
}
