/// The name of content: a hash of its bytes (image-spec §Digests).
///
/// Held inline, without heap memory, because every lookup and every shard path starts from one.
public struct Digest: Hashable, Sendable {
  /// The hash function.
  public let algorithm: DigestAlgorithm
  /// The hash as it lies in memory, padded with zeros to 64 bytes.
  private var words: Words

  private typealias Words = (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)

  /// A digest whose hash `fill` writes; `fill` gets exactly the algorithm's bytes, all zero.
  init<E: Error>(algorithm: DigestAlgorithm, fill: (UnsafeMutableRawBufferPointer) throws(E) -> Void) throws(E) {
    self.algorithm = algorithm
    var words: Words = (0, 0, 0, 0, 0, 0, 0, 0)
    try withUnsafeMutableBytes(of: &words) { (all) throws(E) in
      try fill(UnsafeMutableRawBufferPointer(rebasing: all[..<algorithm.byteCount]))
    }
    self.words = words
  }

  /// A digest from its hash; nil if `bytes` has not the algorithm's length.
  public init?(algorithm: DigestAlgorithm, bytes: some Collection<UInt8>) {
    guard bytes.count == algorithm.byteCount else { return nil }
    self.init(algorithm: algorithm) { $0.copyBytes(from: bytes) }
  }

  /// The same of bytes that lie in one piece; nil if there are not as many as the algorithm's.
  public init?(algorithm: DigestAlgorithm, bytes: UnsafeRawBufferPointer) {
    guard bytes.count == algorithm.byteCount else { return nil }
    self.init(algorithm: algorithm) { $0.copyMemory(from: bytes) }
  }

  /// Calls `body` with the bytes of the hash, without copying them to the heap.
  public func withUnsafeBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
    try Swift.withUnsafeBytes(of: words) { (all) throws(E) in
      try body(UnsafeRawBufferPointer(rebasing: all[..<algorithm.byteCount]))
    }
  }

  /// The bytes of the hash, as many as `algorithm.byteCount`.
  public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

  /// Whether both name the same bytes by the same algorithm.
  public static func == (left: Digest, right: Digest) -> Bool {
    let (a, b) = (left.words, right.words)
    return left.algorithm == right.algorithm
      && (a.0, a.1, a.2, a.3) == (b.0, b.1, b.2, b.3) && (a.4, a.5, a.6, a.7) == (b.4, b.5, b.6, b.7)
  }

  /// Feeds the whole hash: clients choose digests freely, so that a part of it would let them choose collisions.
  public func hash(into hasher: inout Hasher) {
    withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}

extension Digest: Comparable {
  /// The order of the texts: by algorithm, then by hash.
  public static func < (left: Digest, right: Digest) -> Bool {
    guard left.algorithm == right.algorithm else { return left.algorithm.rawValue < right.algorithm.rawValue }
    return left.withUnsafeBytes { a in right.withUnsafeBytes { b in a.lexicographicallyPrecedes(b) } }
  }
}

extension Digest: CustomStringConvertible {
  /// Reads `sha256:<64 lower-case hex digits>` or `sha512:<128 …>`.
  ///
  /// image-spec §Digests: `algorithm ":" encoded`; for the registered algorithms the encoded part MUST be lower-case
  /// hex of the full length. Anything else is refused, so that a digest is always safe in a path or a URL
  /// (CVE-2024-3727).
  ///
  /// - Throws: `OCIError.unsupportedDigestAlgorithm` for a well-formed digest of another algorithm,
  ///   `OCIError.invalidDigest` otherwise.
  public init(parsing text: some StringProtocol) throws(OCIError) {
    guard let digest = text.withUTF8Bytes({ Digest(utf8: $0) }) else {
      throw text.withUTF8Bytes(Self.isWellFormed)
        ? .unsupportedDigestAlgorithm(PrintableText.excerpt(text)) : .invalidDigest(PrintableText.excerpt(text))
    }
    self = digest
  }

  private init?(utf8: UnsafeBufferPointer<UInt8>) {
    guard let colon = utf8.firstIndex(of: UInt8(ascii: ":")),
      let algorithm = DigestAlgorithm(name: String(decoding: utf8[..<colon], as: UTF8.self))
    else { return nil }
    let encoded = UnsafeBufferPointer(rebasing: utf8[(colon + 1)...])
    guard encoded.count == 2 * algorithm.byteCount else { return nil }
    var isHex = true
    self.init(algorithm: algorithm) { hash in
      for index in hash.indices {
        let (high, low) = (encoded[2 * index].lowerHexValue, encoded[2 * index + 1].lowerHexValue)
        isHex = isHex && high != nil && low != nil
        hash[index] = (high ?? 0) << 4 | (low ?? 0)
      }
    }
    guard isHex else { return nil }
  }

  /// Whether a text that is no digest of a known algorithm could be one of another (image-spec §Digests):
  /// `algorithm-component *([+._-] algorithm-component) ":" [a-zA-Z0-9=_-]+`.
  private static func isWellFormed(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")),
      DigestAlgorithm(name: String(decoding: text[..<colon], as: UTF8.self)) == nil
    else { return false }
    var followsWord = false
    for byte in text[..<colon] {
      guard byte.isLowerAlphanumeric || (followsWord && "+._-".utf8.contains(byte)) else { return false }
      followsWord = byte.isLowerAlphanumeric
    }
    let encoded = text[(colon + 1)...]
    return followsWord && !encoded.isEmpty && encoded.allSatisfy { $0.isAlphanumeric || "=_-".utf8.contains($0) }
  }

  /// The hash in lower-case hex.
  public var hex: String { text(prefix: "") }

  /// `sha256:…`, the only spelling that is parsed back.
  public var description: String { text(prefix: algorithm == .sha256 ? "sha256:" : "sha512:") }

  private func text(prefix: StaticString) -> String {
    let prefixCount = prefix.utf8CodeUnitCount
    return String(unsafeUninitializedCapacity: prefixCount + 2 * algorithm.byteCount) { buffer in
      for index in 0..<prefixCount { buffer[index] = prefix.utf8Start[index] }
      var index = prefixCount
      withUnsafeBytes { hash in
        for byte in hash {
          buffer[index] = .lowerHexDigit(byte >> 4)
          buffer[index + 1] = .lowerHexDigit(byte)
          index += 2
        }
      }
      return index
    }
  }

  /// The tag under which referrers of this digest are listed where upstream has no referrers API.
  ///
  /// distribution-spec §Referrers Tag Schema: the algorithm cut to 32 characters, `-`, the encoded part cut to 64.
  public var fallbackTag: Tag { Tag(unchecked: "\(algorithm.name)-\(hex.prefix(64))") }
}
