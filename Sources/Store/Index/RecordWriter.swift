import OCI

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
