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
    #expect(try parse(bytes).referrers == [])
  }

  @Test func writesTheSameBytesEachTime() throws {
    let expected =
      #"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":["#
      + #"{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"\#(DigestTests.emptySHA256)","size":7,"#
      + #""artifactType":"application/vnd.example.signature+json","annotations":{"a":"1","b":"\"quoted\"\n"}},"#
      + #"{"mediaType":"application/vnd.oci.image.index.v1+json","digest":"\#(sampleDigest(2))","size":0,"#
      + #""platform":{"architecture":"arm","os":"windows","os.version":"10","variant":"v7"}}]}"#
    let bytes = ReferrersDocument(Self.descriptors.map(Referrer.init)).render()
    #expect(String(decoding: bytes, as: UTF8.self) == expected)
    #expect(try parse(bytes).referrers.map(\.descriptor) == Self.descriptors)
  }

  @Test func filtersByArtifactType() throws {
    let list = ReferrersDocument(Self.descriptors.map(Referrer.init))
    let signature = "application/vnd.example.signature+json"
    #expect(list.filtered(by: signature).referrers.map(\.descriptor) == [Self.descriptors[0]])
    #expect(list.filtered(by: "application/json").referrers == [])
    #expect(list.filtered(by: signature.uppercased()).referrers == [])
  }

  // Clients compare an artifact type letter by letter, and read what Berth does not know.
  @Test(arguments: [
    #""artifactType":"application/vnd.Example.SBOM""#, #""artifactType":"no media type""#,
    #""data":"e30=","urls":["https://example.com/a"]"#, #""annotations":{"z":"1","a":"ü\/"},"new":{"x":[1.50,null]}"#,
    #""platform":{"os":"linux","architecture":"amd64","os.features":["x"]}"#,
  ])
  func isPassedOnAsItStands(members: String) throws {
    let descriptor = #"{"mediaType":"application/x","digest":"\#(sampleDigest(1))","size":2,\#(members)}"#
    let list = try parse(
      Array(#"{"schemaVersion":2,"manifests":[\#(descriptor)],"annotations":{"of":"the page"}}"#.utf8)
    )
    let rendered = String(decoding: list.render(), as: UTF8.self)
    #expect(rendered.contains(descriptor.replacing(#"\/"#, with: "/")))
    let type = list.referrers.first?.artifactType
    #expect(type.map { list.filtered(by: $0).referrers.count == 1 } ?? true)
  }

  @Test func anythingButAnIndexIsRefused() {
    let image = Array(#"{"schemaVersion":2,"config":{"digest":"\#(sampleDigest(1))","size":1},"layers":[]}"#.utf8)
    #expect(throws: OCIError.invalidManifest("not an index")) { try parse(image, declared: .ociManifest) }
    #expect(throws: OCIError.self) { try parse(Array("404 page not found".utf8), declared: nil) }
  }

  @Test func listsHaveTheirOwnLimit() {
    var limits = Limits()
    limits.maxReferrersBytes = 10
    let bytes = ReferrersDocument([]).render()
    #expect(throws: OCIError.documentTooLarge(size: bytes.count, limit: 10)) { try parse(bytes, limits: limits) }
  }
}
