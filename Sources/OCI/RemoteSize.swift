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

extension RemoteSize {
  /// Reads the `size` of a descriptor: a whole number of bytes, from nothing to the largest blob (image-spec §Descriptors).
  ///
  /// - Throws: `OCIError.invalidManifest`, which names what was found, for anything else: a negative number, one with a
  ///   fraction or an exponent, text, one above `limits.maxBlobBytes`.
  init(parsing value: JSONValue?, limits: Limits) throws(OCIError) {
    guard let value else { throw .invalidManifest("a descriptor without a size") }
    guard case .number(let text) = value else { throw .invalidManifest("the size of a descriptor is no number") }
    guard text.utf8.allSatisfy({ $0.isDigit || $0 == UInt8(ascii: "-") }) else {
      throw .invalidManifest("the size of a descriptor is \(OCIError.excerpt(text)), not a whole number of bytes")
    }
    guard let bytes = Int64(text), bytes <= limits.maxBlobBytes || text.hasPrefix("-") else {
      throw .invalidManifest(
        "the size of a descriptor is \(OCIError.excerpt(text)) bytes; at most \(limits.maxBlobBytes) are taken"
      )
    }
    guard bytes >= 0, !text.hasPrefix("-") else {
      throw .invalidManifest("the size of a descriptor is \(OCIError.excerpt(text)), less than nothing")
    }
    self.bytes = bytes
  }
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
