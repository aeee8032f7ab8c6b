import OCI
import Testing
import Upstream

@testable import PullThrough

@Suite struct HeadEvidenceTests {
  private static let digest = Digest.of(Array("held".utf8))
  private static let other = Digest.of(Array("other".utf8))
  private static let otherAlgorithm = Digest.of(Array("held".utf8), .sha512)

  /// What is declared, the length that is told, the length that is held; what that is worth of a blob, and of a manifest.
  private static let table: [(Digest?, Int64?, Int64?, HeadEvidence, HeadEvidence)] = [
    (digest, 10, 10, .proves, .proves), (digest, nil, 10, .proves, .proves), (digest, 10, nil, .proves, .proves),
    (digest, nil, nil, .proves, .proves), (digest, 11, 10, .contradicts, .contradicts),
    (digest, 0, 10, .contradicts, .contradicts), (other, 10, 10, .contradicts, .contradicts),
    (other, nil, nil, .contradicts, .contradicts), (nil, 10, 10, .proves, .saysNothing),
    (nil, 0, 0, .proves, .saysNothing), (nil, 9, 10, .contradicts, .contradicts),
    (nil, .max, 10, .contradicts, .contradicts), (nil, nil, 10, .saysNothing, .saysNothing),
    (nil, 10, nil, .saysNothing, .saysNothing), (nil, nil, nil, .saysNothing, .saysNothing),
    (otherAlgorithm, 10, 10, .proves, .saysNothing), (otherAlgorithm, nil, 10, .saysNothing, .saysNothing),
    (otherAlgorithm, 9, 10, .contradicts, .contradicts),
  ]

  @Test(arguments: table.indices)
  func whatAnAnswerToHeadIsWorth(row: Int) {
    let (declared, told, held, ofBlob, ofManifest) = Self.table[row]
    #expect(HeadEvidence(BlobHead(digest: declared, size: told), of: Self.digest, size: held) == ofBlob)
    let head = ManifestHead(digest: declared, mediaType: nil, size: told)
    #expect(HeadEvidence(head, of: Self.digest, size: held) == ofManifest)
  }
}
