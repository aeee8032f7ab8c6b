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

/// Builds a record's bytes: a version, then fields of fixed order; numbers are little-endian.
struct RecordWriter {
  private(set) var bytes: [UInt8]

  init(version: UInt8, capacity: Int = 64) {
    bytes = []
    bytes.reserveCapacity(capacity)
    bytes.append(version)
  }

  mutating func append(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func append(_ digest: Digest) {
    append(digest.algorithm.rawValue)
    digest.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  /// Text of up to 65,535 bytes; what is longer is cut at a character.
  mutating func append(_ text: String) {
    let utf8 = text.utf8
    guard utf8.count > Int(UInt16.max) else {
      append(UInt16(utf8.count))
      bytes.append(contentsOf: utf8)
      return
    }
    var end = utf8.index(utf8.startIndex, offsetBy: Int(UInt16.max))
    while end.samePosition(in: text) == nil { end = utf8.index(before: end) }
    append(String(text[..<end]))
  }

  /// A type: one byte for those that are common, text for others.
  mutating func append(_ mediaType: MediaType?) {
    let code = KnownMediaTypes.code(of: mediaType)
    append(code)
    if code == KnownMediaTypes.spelledOut { append(mediaType?.description ?? "") }
  }
}

/// One-byte codes of the common media types, so that a hit parses none. Codes are on disk: add, never change.
enum KnownMediaTypes {
  /// The record has no type.
  static let none: UInt8 = 0
  /// The type follows as text.
  static let spelledOut: UInt8 = 255

  private static let types: [MediaType] = [
    .ociIndex, .ociManifest, .dockerManifestList, .dockerManifest, .dockerManifestV1, .dockerManifestV1Signed,
    .octetStream,
  ]

  static func code(of type: MediaType?) -> UInt8 {
    guard let type else { return none }
    return types.firstIndex(of: type).map { UInt8($0 + 1) } ?? spelledOut
  }

  static func type(of code: UInt8) -> MediaType? {
    let index = Int(code) - 1
    return types.indices.contains(index) ? types[index] : nil
  }
}
