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
