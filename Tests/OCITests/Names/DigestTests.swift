import OCI
import SeededRandom
import Testing

@Suite struct DigestTests {
  static let emptySHA256 = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
  static let emptySHA512 =
    "sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
    + "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
  static let hex64 = String(repeating: "0f", count: 32)

  @Test(arguments: [emptySHA256, emptySHA512, "sha256:\(hex64)"])
  func readsAndWritesTheSameText(_ text: String) throws {
    let digest = try Digest(parsing: text)
    #expect(digest.description == text)
    #expect(text.hasSuffix(":\(digest.hex)"))
    #expect(Digest(algorithm: digest.algorithm, bytes: digest.bytes) == digest)
    #expect(try Digest(parsing: "/\(text)/".dropFirst().dropLast()) == digest)
  }

  // What is not exactly a digest never becomes one.
  @Test(arguments: [
    "", ":", "sha256", "sha256:", "sha256:abc", "sha256:\(hex64.dropLast())", "sha256:\(hex64)0",
    "sha256:\(hex64.uppercased())", "SHA256:\(hex64)", "sha256:\(hex64.dropLast())g", " sha256:\(hex64)",
    "sha256:\(hex64)\n", "sha256::\(hex64)", "sha256%3A\(hex64)", "sha512:\(hex64)", "sha256:\(hex64)\(hex64)",
    "sha256:../../../../../../etc/passwd", "sha256:\(hex64.dropLast(2))\0\0", "sha256:\(hex64.dropLast(1))é",
    "sha256/\(hex64)", ":\(hex64)", "sha256+:\(hex64)", "+sha256:\(hex64)", "blake3:é", "md5:../x", "md5:",
    "sha256:\(hex64),sha256:\(hex64)",
  ])
  func refusesWhatIsNone(_ text: String) {
    #expect(throws: OCIError.invalidDigest(text.excerpt)) { try Digest(parsing: text) }
  }

  // Registered or not, what cannot be verified is told apart from what is broken.
  @Test(arguments: [
    "md5:d41d8cd98f00b204e9800998ecf8427e", "blake3:\(hex64)", "sha384:\(hex64)", "sha1:da39a3ee",
    "tarsum.v1+sha256:ab",
    "a:B=_-", "sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564",
  ])
  func refusesOtherAlgorithms(_ text: String) {
    #expect(throws: OCIError.unsupportedDigestAlgorithm(text)) { try Digest(parsing: text) }
  }

  @Test func bytesMustHaveTheAlgorithmsLength() {
    #expect(Digest(algorithm: .sha256, bytes: [UInt8](repeating: 1, count: 31)) == nil)
    #expect(Digest(algorithm: .sha256, bytes: [UInt8](repeating: 1, count: 64)) == nil)
    #expect(Digest(algorithm: .sha512, bytes: [UInt8](repeating: 1, count: 64)) != nil)
    #expect(Digest(algorithm: .sha256, bytes: []) == nil)
  }

  @Test func ordersLikeItsText() {
    var generator = SeededGenerator.announced()
    let digests = (0..<200).map { _ in
      Digest.of(generator.bytes(upTo: 8), Bool.random(using: &generator) ? .sha256 : .sha512)
    }
    #expect(digests.sorted().map(\.description) == digests.map(\.description).sorted())
  }

  @Test func equalMeansEqualHash() throws {
    let one = try Digest(parsing: Self.emptySHA256)
    let same = Digest.of([])
    #expect(one == same && one.hashValue == same.hashValue)
    #expect(one != sampleDigest(1))
    // The same leading bytes, another tail.
    var bytes = one.bytes
    bytes[31] ^= 1
    #expect(Digest(algorithm: .sha256, bytes: bytes) != one)
  }

  @Test func staysInline() {
    #expect(MemoryLayout<Digest>.stride <= 72)
  }

  @Test func fallbackTagIsCutAsTheSpecificationSays() throws {
    #expect(try Digest(parsing: Self.emptySHA256).fallbackTag.description == "sha256-\(Self.emptySHA256.dropFirst(7))")
    #expect(
      try Digest(parsing: Self.emptySHA512).fallbackTag.description
        == "sha512-cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
    )
    #expect(try Tag(parsing: sampleDigest(1).fallbackTag.description) == sampleDigest(1).fallbackTag)
  }
}
