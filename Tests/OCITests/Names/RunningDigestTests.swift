import OCI
import SeededRandom
import Testing

@Suite struct RunningDigestTests {
  /// FIPS 180-2 examples.
  @Test(arguments: [
    (DigestAlgorithm.sha256, "", DigestTests.emptySHA256),
    (.sha512, "", DigestTests.emptySHA512),
    (.sha256, "abc", "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      .sha512, "abc",
      "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
    ),
  ])
  func knownAnswers(_ algorithm: DigestAlgorithm, _ text: String, _ expected: String) {
    #expect(Digest.of(text.utf8, algorithm).description == expected)
    #expect(Digest.of(Array(text.utf8), algorithm).description == expected)
    #expect(Digest.of(AnySequence(text.utf8), algorithm).description == expected)
  }

  @Test func piecesGiveTheDigestOfTheWhole() {
    var generator = SeededGenerator.announced()
    let bytes = generator.bytes(upTo: 100_000)
    for algorithm in DigestAlgorithm.allCases {
      var running = RunningDigest(algorithm)
      var rest = bytes[...]
      while !rest.isEmpty {
        let piece = rest.prefix(Int.random(in: 0...9_000, using: &generator))
        piece.withUnsafeBytes { running.update($0) }
        rest = rest.dropFirst(piece.count)
      }
      #expect(running.finish() == Digest.of(bytes, algorithm))
    }
  }

  @Test func aCopyGoesItsOwnWay() {
    var running = RunningDigest(.sha256)
    Array("a".utf8).withUnsafeBytes { running.update($0) }
    let soFar = running.copy()
    Array("bc".utf8).withUnsafeBytes { running.update($0) }
    #expect(soFar.finish() == Digest.of("a".utf8))
    #expect(running.finish() == Digest.of("abc".utf8))
  }

  @Test func anEmptyUpdateChangesNothing() {
    var running = RunningDigest(.sha256)
    running.update(UnsafeRawBufferPointer(start: nil, count: 0))
    #expect(running.finish() == Digest.of([]))
  }

  @Test func algorithmsKnowTheirNames() {
    for algorithm in DigestAlgorithm.allCases { #expect(DigestAlgorithm(name: algorithm.name) == algorithm) }
    #expect(DigestAlgorithm(name: "SHA256") == nil)
    #expect(DigestAlgorithm.allCases.map(\.byteCount) == [32, 64])
  }
}
