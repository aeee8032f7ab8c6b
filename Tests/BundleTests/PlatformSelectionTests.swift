import OCI
import Testing

@testable import Bundle

@Suite struct PlatformSelectionTests {
  private static let amd64 = Digest.of(Array("amd64".utf8))
  private static let arm64 = Digest.of(Array("arm64".utf8))
  private static let attestation = Digest.of(Array("attestation".utf8))
  private static let anywhere = Digest.of(Array("anywhere".utf8))

  private func index() throws -> Manifest {
    func child(_ digest: Digest, _ more: String) -> String {
      #"{"mediaType":"\#(MediaType.ociManifest)","digest":"\#(digest)","size":1\#(more)}"#
    }
    let about = #""annotations":{"vnd.docker.reference.digest":"\#(Self.amd64)"}"#
    let children = [
      child(Self.amd64, #","platform":{"os":"linux","architecture":"amd64"}"#),
      child(Self.arm64, #","platform":{"os":"linux","architecture":"arm64","variant":"v8"}"#),
      child(Self.attestation, #","platform":{"os":"unknown","architecture":"unknown"},\#(about)"#),
      child(Self.anywhere, ""),
    ]
    let text =
      #"{"schemaVersion":2,"mediaType":"\#(MediaType.ociIndex)","manifests":[\#(children.joined(separator: ","))]}"#
    return try Array(text.utf8).withUnsafeBytes { try Manifest.parse($0, declared: .ociIndex, limits: Limits()) }
  }

  @Test func choosing() throws {
    let cases: [([String], Set<Digest>, missing: [String])] = [
      ([], [Self.amd64, Self.arm64, Self.attestation, Self.anywhere], []),
      (["linux/amd64"], [Self.amd64, Self.attestation, Self.anywhere], []),
      (["linux/arm64"], [Self.arm64, Self.anywhere], []),
      (["linux/amd64", "linux/arm64"], [Self.amd64, Self.arm64, Self.attestation, Self.anywhere], []),
      (["linux/s390x"], [Self.anywhere], ["linux/s390x"]),
      (["linux/amd64", "linux/s390x"], [Self.amd64, Self.attestation, Self.anywhere], ["linux/s390x"]),
    ]
    for (wanted, digests, missing) in cases {
      let chosen = PlatformSelection(wanted.compactMap { Platform(parsing: $0) }).children(of: try index())
      #expect(chosen.digests == digests, "\(wanted)")
      #expect(chosen.missing.map(\.description) == missing, "\(wanted)")
    }
  }
}
