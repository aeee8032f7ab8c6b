/// A length in bytes that somebody else has told, or a sum of such lengths.
///
/// A descriptor may say anything. This is not an `Int64`, so that two of them cannot be added unchecked: there is no `+`, and
/// sums saturate. Whoever needs the plain number asks for ``bytes`` by name, and is then responsible for what is done
/// with it.
public struct RemoteSize: Sendable, Hashable {
  /// The length in bytes, never negative; `Int64.max` stands for itself and for every sum beyond it.
  public let bytes: Int64

  /// Nothing.
  public static let zero = RemoteSize(clamping: 0)

  /// A length that was measured, or read from where it was kept: what is negative counts as nothing, what is too large as
  /// the largest.
  public init(clamping bytes: some BinaryInteger) { self.bytes = max(0, Int64(clamping: bytes)) }

  /// The sum, or the largest number where it does not fit.
  public func adding(_ other: RemoteSize) -> RemoteSize {
    RemoteSize(clamping: bytes.saturatingSum(other.bytes))
  }

  /// Adds, up to the largest number.
  public mutating func add(_ other: RemoteSize) { self = adding(other) }
}

extension RemoteSize: Comparable {
  /// Orders by length.
  public static func < (left: RemoteSize, right: RemoteSize) -> Bool { left.bytes < right.bytes }
}

extension RemoteSize: CustomStringConvertible {
  /// The number of bytes.
  public var description: String { "\(bytes)" }
}

extension RemoteSize: ExpressibleByIntegerLiteral {
  /// A length that stands in the source.
  public init(integerLiteral value: Int64) { self.init(clamping: value) }
}

extension Sequence<RemoteSize> {
  /// The sum of all, or the largest number where it does not fit.
  public func saturatingSum() -> RemoteSize { reduce(.zero) { $0.adding($1) } }
}
