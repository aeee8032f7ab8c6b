/// The part of a blob that is asked for.
public enum BlobRange: Sendable, Hashable {
  /// All of it.
  case whole
  /// Everything from this byte to the end.
  case from(Int64)
  /// These bytes; not empty, and the lower bound not negative.
  case bytes(Range<Int64>)

  /// The `Range` field (RFC 9110 §14.2); nil if none is to be sent.
  var headerValue: String? {
    switch self {
    case .whole, .from(...0): nil
    case .from(let start): "bytes=\(start)-"
    case .bytes(let range) where range.isEmpty || range.lowerBound < 0: nil
    case .bytes(let range): "bytes=\(range.lowerBound)-\(range.upperBound - 1)"
    }
  }
}
