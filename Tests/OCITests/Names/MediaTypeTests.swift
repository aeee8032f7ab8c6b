import OCI
import Testing

@Suite struct MediaTypeTests {
  @Test(arguments: [
    ("application/vnd.oci.image.index.v1+json", MediaType.ociIndex),
    ("Application/VND.oci.image.manifest.v1+JSON", .ociManifest),
    (" application/json ; charset=utf-8", .json),
    ("application/json;", .json),
    ("\tapplication/octet-stream\t", .octetStream),
  ])
  func readsWithoutCaseAndParameters(_ text: String, _ expected: MediaType) {
    #expect(MediaType(parsing: text) == expected)
  }

  @Test(arguments: [
    "", "/", "a/", "/b", "a", "a/b/c", "a b/c", "a/b c", "a/b\r\nX: y", "a/b\0", "a/é", "a/b,c/d", ";", "a/\"b\"",
    "a/" + String(repeating: "b", count: 254),
  ])
  func refuses(_ text: String) {
    #expect(MediaType(parsing: text) == nil)
  }

  @Test func knowsTheFamilies() {
    #expect(
      [MediaType.ociIndex, .dockerManifestList].allSatisfy { $0.isIndex && !$0.isImageManifest && !$0.isSchema1 }
    )
    #expect([MediaType.ociManifest, .dockerManifest].allSatisfy { !$0.isIndex && $0.isImageManifest && !$0.isSchema1 })
    #expect([MediaType.dockerManifestV1, .dockerManifestV1Signed].allSatisfy { $0.isSchema1 && !$0.isImageManifest })
    #expect(!MediaType.octetStream.isIndex)
    #expect(MediaType(parsing: "a/" + String(repeating: "b", count: 253)) != nil)
  }

  // protocol.md, Content negotiation: all four, and anything else last.
  @Test func asksUpstreamForEverything() {
    #expect(
      MediaType.manifestAccept
        == "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, "
        + "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json, */*;q=0.1"
    )
  }

  @Test func constantsReadBack() {
    let all: [MediaType] = [
      .ociIndex, .ociManifest, .ociImageConfig, .ociEmptyJSON, .dockerManifestList, .dockerManifest, .dockerManifestV1,
      .dockerManifestV1Signed, .dockerImageConfig, .json, .octetStream,
    ]
    for type in all { #expect(MediaType(parsing: type.description) == type) }
    #expect(Set(all).count == all.count)
  }
}
