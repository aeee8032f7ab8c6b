import OCI

/// Reads a record's bytes back, in the order they were written. Each read gives nil where the bytes do not hold it.
struct RecordReader {
  private var rest: UnsafeRawBufferPointer

  /// Begins behind the version, which must be `version`.
  init?(_ bytes: UnsafeRawBufferPointer, version: UInt8) {
    guard bytes.first == version else { return nil }
    rest = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
  }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) -> Number? {
    guard let bytes = take(MemoryLayout<Number>.size) else { return nil }
    return Number(littleEndian: bytes.loadUnaligned(as: Number.self))
  }

  mutating func digest() -> Digest? {
    guard let raw = number(UInt8.self), let algorithm = DigestAlgorithm(rawValue: raw),
      let bytes = take(algorithm.byteCount)
    else { return nil }
    return Digest(algorithm: algorithm, bytes: bytes)
  }

  mutating func text() -> String? {
    guard let count = number(UInt16.self), let bytes = take(Int(count)) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A type that may be missing: `.some(nil)` says that the record has none.
  mutating func mediaType() -> MediaType?? {
    guard let code = number(UInt8.self) else { return nil }
    if code == KnownMediaTypes.none { return .some(nil) }
    guard code == KnownMediaTypes.spelledOut else { return KnownMediaTypes.type(of: code).map { .some($0) } }
    guard let text = text(), let type = MediaType(parsing: text) else { return nil }
    return .some(type)
  }

  private mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
    guard rest.count >= count else { return nil }
    defer { rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count)) }
    return UnsafeRawBufferPointer(rebasing: rest.prefix(count))
  }
}
