import OCI
import Testing

@Suite struct ReferrersDocumentTests {
  static let signature = MediaType(parsing: "application/vnd.example.signature+json")
  static let descriptors = [
    Descriptor(
      mediaType: .ociManifest,
      digest: Digest.of([]),
      size: 7,
      artifactType: signature,
      annotations: ["b": "\"quoted\"\n", "a": "1"]
    ),
    Descriptor(
      mediaType: .ociIndex,
      digest: sampleDigest(2),
      size: 0,
      platform: Platform(os: "windows", architecture: "arm", variant: "v7", osVersion: "10")
    ),
  ]

  private func parse(
    _ bytes: [UInt8],
    declared: MediaType? = .ociIndex,
    limits: Limits = Limits()
  ) throws(OCIError) -> ReferrersDocument {
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(OCIError) in try ReferrersDocument.parse(buffer, declared: declared, limits: limits) }
    }
    return try result.get()
  }

  // distribution-spec §Listing Referrers: without matches, an index whose `manifests` is empty.
  @Test func emptyIsAnEmptyIndex() throws {
    let bytes = ReferrersDocument([]).render()
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == #"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#
    )
    #expect(try parse(bytes).descriptors == [])
  }

  @Test func writesTheSameBytesEachTime() throws {
    let expected =
      #"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":["#
      + #"{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"\#(DigestTests.emptySHA256)","size":7,"#
      + #""artifactType":"application/vnd.example.signature+json","annotations":{"a":"1","b":"\"quoted\"\n"}},"#
      + #"{"mediaType":"application/vnd.oci.image.index.v1+json","digest":"\#(sampleDigest(2))","size":0,"#
      + #""platform":{"architecture":"arm","os":"windows","os.version":"10","variant":"v7"}}]}"#
    let bytes = ReferrersDocument(Self.descriptors).render()
    #expect(String(decoding: bytes, as: UTF8.self) == expected)
    #expect(try parse(bytes).descriptors == Self.descriptors)
  }

  @Test func filtersByArtifactType() throws {
    let signature = try #require(Self.signature)
    #expect(ReferrersDocument(Self.descriptors).filtered(by: signature).descriptors == [Self.descriptors[0]])
    #expect(ReferrersDocument(Self.descriptors).filtered(by: .json).descriptors == [])
  }

  @Test func anythingButAnIndexIsRefused() {
    let image = Array(#"{"schemaVersion":2,"config":{"digest":"\#(sampleDigest(1))","size":1},"layers":[]}"#.utf8)
    #expect(throws: OCIError.invalidManifest("not an index")) { try parse(image, declared: .ociManifest) }
    #expect(throws: OCIError.self) { try parse(Array("404 page not found".utf8), declared: nil) }
  }

  @Test func pagesHaveTheirOwnLimit() {
    var limits = Limits()
    limits.maxReferrersPageBytes = 10
    let bytes = ReferrersDocument([]).render()
    #expect(throws: OCIError.documentTooLarge(size: bytes.count, limit: 10)) { try parse(bytes, limits: limits) }
  }
}
