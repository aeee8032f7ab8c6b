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
        ? .unsupportedDigestAlgorithm(OCIError.excerpt(text)) : .invalidDigest(OCIError.excerpt(text))
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
          buffer[index] = Self.hexDigit(byte >> 4)
          buffer[index + 1] = Self.hexDigit(byte & 0xF)
          index += 2
        }
      }
      return index
    }
  }

  private static func hexDigit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? nibble &+ 0x30 : nibble &+ (0x61 - 10)
  }

  /// The tag under which referrers of this digest are listed where upstream has no referrers API.
  ///
  /// distribution-spec §Referrers Tag Schema: the algorithm cut to 32 characters, `-`, the encoded part cut to 64.
  public var fallbackTag: Tag { Tag(unchecked: "\(algorithm.name)-\(hex.prefix(64))") }
}
