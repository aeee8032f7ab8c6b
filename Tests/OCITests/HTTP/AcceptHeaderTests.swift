import OCI
import Testing

@Suite struct AcceptHeaderTests {
  @Test func clientsWithOneLineOrWithMany() {
    let one = AcceptHeader(["application/vnd.oci.image.index.v1+json,application/vnd.oci.image.manifest.v1+json"])
    let many = AcceptHeader([
      "application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json;q=0.5",
    ])
    for header in [one, many] {
      #expect(header.accepts(.ociIndex) && header.accepts(.ociManifest) && !header.accepts(.dockerManifest))
      #expect(!header.isWildcard)
    }
    #expect(one == many)
  }

  @Test(arguments: [[], [""], ["*/*"], ["application/json, */*"], ["a/b", "*/*;q=0.1"], ["garbage"], [",,"]])
  func anything(_ fields: [String]) {
    #expect(AcceptHeader(fields).isWildcard)
    #expect(AcceptHeader(fields).accepts(.dockerManifestV1))
  }

  @Test func halfAWildcard() {
    let header = AcceptHeader(["Application/*"])
    #expect(!header.isWildcard && header.accepts(.ociIndex))
    #expect(AcceptHeader(["text/*"]).accepts(.ociIndex) == false)
    #expect(AcceptHeader(["app/*"]).accepts(.ociIndex) == false)
  }
}
