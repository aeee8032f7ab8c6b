/// What parts of a representation a `Range` field asks for (RFC 9110 §14.2).
///
/// Another unit and broken syntax mean the whole, as §14.2 allows: a field that is not understood is ignored, never an
/// error.
public enum RangeRequest: Sendable, Hashable {
  /// One of the ranges that a field lists.
  public enum Part: Sendable, Hashable {
    /// `first-` or `first-last`; `last` is inclusive, `Int64.max` if open. One whose last position precedes its first
    /// selects nothing.
    case from(first: Int64, last: Int64)
    /// `-length`: the last bytes.
    case suffix(length: Int64)
  }

  /// Most ranges in one field: what engines send at most when they fetch the changed parts of a layer.
  public static let maxParts = 1_024

  /// Everything: no field, or one to be ignored.
  case whole
  /// `bytes=` and these; at least one, at most ``maxParts``.
  case parts([Part])
  /// More than ``maxParts``.
  case tooMany

  /// Reads the field's value; nil is a request without one. Numbers beyond `Int64` are read as `Int64.max`.
  public init(header: String?) {
    self = header.flatMap(Self.parse) ?? .whole
  }

  private static func parse(_ header: String) -> RangeRequest? {
    guard let equals = header.utf8.firstIndex(of: UInt8(ascii: "=")),
      header[..<equals].trimmingFieldWhitespace.lowercasedASCII == "bytes"
    else { return nil }
    var parts: [Part] = []
    for element in header.utf8[header.utf8.index(after: equals)...].split(separator: UInt8(ascii: ",")) {
      let text = Substring(element).trimmingFieldWhitespace
      // A list may have empty elements (RFC 9110 §5.6.1.2).
      if text.isEmpty { continue }
      guard let part = part(text.utf8) else { return nil }
      guard parts.count < maxParts else { return .tooMany }
      parts.append(part)
    }
    return parts.isEmpty ? nil : .parts(parts)
  }

  private static func part(_ spec: some BidirectionalCollection<UInt8>) -> Part? {
    guard let dash = spec.firstIndex(of: UInt8(ascii: "-")) else { return nil }
    let (left, right) = (spec[..<dash], spec[spec.index(after: dash)...])
    if left.isEmpty { return right.saturatingDecimal.map { .suffix(length: $0) } }
    guard let first = left.saturatingDecimal else { return nil }
    if right.isEmpty { return .from(first: first, last: .max) }
    return right.saturatingDecimal.map { .from(first: first, last: $0) }
  }

  /// What to answer for a representation of `size` bytes. Ranges that select nothing are left out if another does
  /// (RFC 9110 §14.2).
  public func resolve(size: Int64) -> RangeResolution {
    let size = max(size, 0)
    switch self {
    case .whole: return .whole
    case .tooMany: return .tooMany
    case .parts(let parts):
      let ranges = parts.compactMap { $0.range(of: size) }
      guard let first = ranges.first else {
        // RFC 9110 §14.1.2: a suffix of nothing is all of it.
        return size == 0 && parts.contains(where: \.isSuffixOfSomething) ? .whole : .unsatisfiable
      }
      return ranges.count == 1 ? .partial(first) : Self.several(ranges, of: size)
    }
  }

  /// Ranges that overlap are joined, with what they touch: whoever asks for the same bytes again and again gets them once.
  /// Others are sent as they were asked for, in their order and number, which engines count.
  private static func several(_ ranges: [Range<Int64>], of size: Int64) -> RangeResolution {
    var sum: Int64 = 0
    for range in ranges {
      let (total, overflow) = sum.addingReportingOverflow(range.upperBound - range.lowerBound)
      // RFC 9110 §14.2: nothing is gained by parts that are more than the whole.
      if overflow || total > size { return .whole }
      sum = total
    }
    let sorted = ranges.sorted { $0.lowerBound < $1.lowerBound }
    guard zip(sorted, sorted.dropFirst()).contains(where: { $0.upperBound > $1.lowerBound }) else {
      return .several(ranges)
    }
    var joined: [Range<Int64>] = []
    for range in sorted {
      if let last = joined.last, range.lowerBound <= last.upperBound {
        joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        joined.append(range)
      }
    }
    return joined.count == 1 ? .partial(joined[0]) : .several(joined)
  }
}

extension RangeRequest.Part {
  fileprivate var isSuffixOfSomething: Bool {
    guard case .suffix(let length) = self else { return false }
    return length > 0
  }

  /// The bytes that it selects of `size`; nil if there are none.
  fileprivate func range(of size: Int64) -> Range<Int64>? {
    switch self {
    case .from(let first, let last):
      guard first >= 0, first <= last, first < size else { return nil }
      return first..<(min(last, size - 1) + 1)
    case .suffix(let length):
      guard length > 0, size > 0 else { return nil }
      return (size - min(length, size))..<size
    }
  }
}

/// How a `RangeRequest` meets a representation of known size.
public enum RangeResolution: Sendable, Hashable {
  /// 200 with everything.
  case whole
  /// 206 with these bytes; never empty, never beyond the size.
  case partial(Range<Int64>)
  /// 206 with these parts, at least two, none empty, none beyond the size; together no more than the size.
  case several([Range<Int64>])
  /// 416 with `Content-Range: bytes */size`.
  case unsatisfiable
  /// 400: more ranges than are taken.
  case tooMany
}

extension RangeRequest {
  /// Whether what it asks for can make nothing whole that a client has the beginning of: ranges with both ends, a single one not
  /// from the first byte on, or the last so many bytes.
  public var completesNothing: Bool {
    guard case .parts(let parts) = self else { return false }
    return parts.allSatisfy { part in
      switch part {
      case .from(let first, let last): last < .max && first <= last && (first > 0 || parts.count > 1)
      case .suffix: true
      }
    }
  }

  /// The first of such parts, if it can be known and does not begin at the first byte.
  /// - Parameter size: of the whole, if somebody has said.
  public func firstPart(of size: Int64?) -> Range<Int64>? {
    guard completesNothing, case .parts(let parts) = self, let part = parts.first else { return nil }
    let range: Range<Int64>?
    switch (part, size) {
    case (_, let size?):
      guard case .partial(let found) = RangeRequest.parts([part]).resolve(size: size) else { return nil }
      range = found
    case (.from(let first, let last), nil): range = first..<(last + 1)
    case (.suffix, nil): range = nil
    }
    return range.flatMap { $0.lowerBound > 0 ? $0 : nil }
  }
}
