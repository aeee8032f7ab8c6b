/// What part of a representation a `Range` field asks for (RFC 9110 §14.2).
///
/// One range only. Several ranges, another unit and broken syntax all mean the whole, as §14.2 allows: a field that
/// is not understood is ignored, never an error.
public enum RangeRequest: Sendable, Hashable {
  /// Everything: no field, or one to be ignored.
  case whole
  /// `bytes=first-` or `bytes=first-last`; `last` is inclusive, `Int64.max` if open.
  case from(first: Int64, last: Int64)
  /// `bytes=-length`: the last bytes.
  case suffix(length: Int64)

  /// Reads the field's value; nil is a request without one. Numbers beyond `Int64` are read as `Int64.max`.
  public init(header: String?) {
    self = header.flatMap(Self.parse) ?? .whole
  }

  private static func parse(_ header: String) -> RangeRequest? {
    guard let equals = header.utf8.firstIndex(of: UInt8(ascii: "=")),
      header[..<equals].trimmingFieldWhitespace.lowercasedASCII == "bytes"
    else { return nil }
    let spec = header[header.utf8.index(after: equals)...].trimmingFieldWhitespace.utf8
    guard let dash = spec.firstIndex(of: UInt8(ascii: "-")) else { return nil }
    let (left, right) = (spec[..<dash], spec[spec.index(after: dash)...])
    if left.isEmpty { return right.saturatingDecimal.map { .suffix(length: $0) } }
    guard let first = left.saturatingDecimal else { return nil }
    if right.isEmpty { return .from(first: first, last: .max) }
    // RFC 9110 §14.1.1: a range whose last position precedes its first is invalid.
    guard let last = right.saturatingDecimal, first <= last else { return nil }
    return .from(first: first, last: last)
  }

  /// What to answer for a representation of `size` bytes.
  public func resolve(size: Int64) -> RangeResolution {
    let size = max(size, 0)
    switch self {
    case .whole: return .whole
    case .from(let first, let last):
      guard first >= 0, first <= last else { return .whole }
      guard first < size else { return .unsatisfiable }
      return .partial(first..<(min(last, size - 1) + 1))
    case .suffix(let length):
      // RFC 9110 §14.1.2: a suffix of no bytes cannot be satisfied; one longer than all is all.
      guard length > 0 else { return .unsatisfiable }
      guard size > 0 else { return .whole }
      return .partial((size - min(length, size))..<size)
    }
  }
}

/// How a `RangeRequest` meets a representation of known size.
public enum RangeResolution: Sendable, Hashable {
  /// 200 with everything.
  case whole
  /// 206 with these bytes; never empty, never beyond the size.
  case partial(Range<Int64>)
  /// 416 with `Content-Range: bytes */size`.
  case unsatisfiable
}
