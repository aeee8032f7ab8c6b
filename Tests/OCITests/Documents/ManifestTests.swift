import OCI
import Testing

/// Documents as registries hold them.
private enum Documents {
  static let (config, layer, other) = (sampleDigest(1), sampleDigest(2), sampleDigest(3))
  static let descriptor = #"{"mediaType":"application/octet-stream","digest":"\#(layer)","size":7}"#
  static let configDescriptor =
    #"{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"\#(config)","size":5}"#
  static let image = #"{"schemaVersion":2,"config":\#(configDescriptor),"layers":[\#(descriptor)]}"#
  static let index = #"""
    {"schemaVersion":2,"manifests":[
      {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"\#(layer)","size":7,
       "platform":{"architecture":"arm64","os":"linux","variant":"v8"}},
      {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"\#(other)","size":9,
       "platform":{"architecture":"amd64","os":"windows","os.version":"10.0.17763.1"}}]}
    """#
  static let schema1 = #"{"schemaVersion":1,"name":"a","fsLayers":[{"blobSum":"\#(layer)"}],"history":[]}"#

  /// `document` with a member more.
  static func adding(_ member: String, to document: String) -> String { "{\(member)," + document.dropFirst() }
}

@Suite struct ManifestTests {
  @Test func readsAnImage() throws {
    let manifest = try parseManifest(Documents.image, declared: .ociManifest)
    #expect(manifest.kind == .image && manifest.mediaType == .ociManifest)
    #expect(manifest.config == Descriptor(mediaType: .ociImageConfig, digest: Documents.config, size: 5))
    #expect(manifest.layers == [Descriptor(mediaType: .octetStream, digest: Documents.layer, size: 7)])
    #expect(manifest.manifests == [] && manifest.subject == nil && manifest.artifactType == nil)
    #expect(manifest.referenced.map(\.digest) == [Documents.config, Documents.layer])
    #expect(manifest.effectiveArtifactType == .ociImageConfig)
  }

  @Test func readsAnIndex() throws {
    let manifest = try parseManifest(Documents.index, declared: .dockerManifestList)
    #expect(manifest.kind == .index && manifest.mediaType == .dockerManifestList)
    #expect(manifest.referenced == manifest.manifests)
    #expect(manifest.manifests.map(\.digest) == [Documents.layer, Documents.other])
    #expect(
      manifest.manifests.map(\.platform) == [
        Platform(os: "linux", architecture: "arm64", variant: "v8"),
        Platform(os: "windows", architecture: "amd64", osVersion: "10.0.17763.1"),
      ]
    )
    #expect(manifest.effectiveArtifactType == nil && manifest.config == nil && manifest.layers == [])
  }

  @Test func readsAReferrer() throws {
    let text = Documents.adding(
      #""artifactType":"application/vnd.example+json","subject":\#(Documents.descriptor),"annotations":{"a":"b","n":1}"#,
      to: Documents.image
    )
    let manifest = try parseManifest(text, declared: .ociManifest)
    #expect(manifest.subject?.digest == Documents.layer)
    #expect(manifest.effectiveArtifactType?.description == "application/vnd.example+json")
    #expect(manifest.annotations == ["a": "b"])
    let subjectOnly = Documents.adding(#""subject":{"digest":"\#(Documents.other)","size":1}"#, to: Documents.image)
    #expect(try parseManifest(subjectOnly).referenced.map(\.digest) == [Documents.config, Documents.layer])
  }

  @Test func namesEachContentOnce() throws {
    let layers = [Documents.descriptor, Documents.configDescriptor, Documents.descriptor].joined(separator: ",")
    let text = #"{"config":\#(Documents.configDescriptor),"layers":[\#(layers)]}"#
    let manifest = try parseManifest(text, declared: .ociManifest)
    #expect(manifest.layers.count == 3)
    #expect(manifest.referenced.map(\.digest) == [Documents.config, Documents.layer])
  }

  static let types: [(String, MediaType?, MediaType, Manifest.Kind)] = [
    // What came with it decides; without that, the shape.
    (Documents.image, .ociManifest, .ociManifest, .image), (Documents.image, .dockerManifest, .dockerManifest, .image),
    (Documents.image, nil, .ociManifest, .image), (Documents.image, .json, .ociManifest, .image),
    (Documents.image, .octetStream, .ociManifest, .image),
    (Documents.image, MediaType(parsing: "text/plain; charset=utf-8"), .ociManifest, .image),
    (Documents.image, MediaType(parsing: "binary/octet-stream"), .ociManifest, .image),
    (Documents.index, .ociIndex, .ociIndex, .index), (Documents.index, nil, .ociIndex, .index),
    (#"{"schemaVersion":2,"manifests":[]}"#, nil, .ociIndex, .index),
    (#"{"schemaVersion":2,"manifests":null}"#, .ociIndex, .ociIndex, .index),
    (#"{"manifests":[],"layers":null,"config":null,"subject":null,"annotations":null}"#, nil, .ociIndex, .index),
    // The document says it itself.
    (
      Documents.adding(#""mediaType":"\#(MediaType.dockerManifest)""#, to: Documents.image), nil, .dockerManifest,
      .image
    ),
    (Documents.adding(#""mediaType":"\#(MediaType.ociIndex)""#, to: Documents.index), .ociIndex, .ociIndex, .index),
    (Documents.adding(#""mediaType":"\#(MediaType.ociIndex)""#, to: Documents.index), .json, .ociIndex, .index),
    // Schema 1 is known, and left alone.
    (Documents.schema1, .dockerManifestV1Signed, .dockerManifestV1Signed, .schema1),
    (Documents.schema1, nil, .dockerManifestV1, .schema1), (Documents.schema1, .json, .dockerManifestV1, .schema1),
    (Documents.adding(#""signatures":[]"#, to: Documents.schema1), nil, .dockerManifestV1Signed, .schema1),
    // So are types that nobody has heard of.
    (#"{"blobs":[]}"#, MediaType(parsing: "application/vnd.x+json"), known("application/vnd.x+json"), .other),
    (#"{"mediaType":"application/vnd.x+json"}"#, nil, known("application/vnd.x+json"), .other),
  ]

  private static func known(_ text: String) -> MediaType { MediaType(parsing: text) ?? .octetStream }

  @Test(arguments: types)
  func knowsWhatItIs(_ text: String, _ declared: MediaType?, _ type: MediaType, _ kind: Manifest.Kind) throws {
    let manifest = try parseManifest(text, declared: declared)
    #expect(manifest.mediaType == type)
    #expect(manifest.kind == kind)
    if kind == .schema1 || kind == .other { #expect(manifest.referenced == []) }
  }

  // CVE-2021-41190: one document, one meaning.
  static let ambiguous: [(String, MediaType?)] = [
    (Documents.adding(#""manifests":[]"#, to: Documents.image), .ociManifest),
    (Documents.adding(#""manifests":[]"#, to: Documents.image), .ociIndex),
    (Documents.adding(#""layers":[]"#, to: Documents.index), .ociIndex),
    (Documents.adding(#""config":\#(Documents.configDescriptor)"#, to: Documents.index), nil),
    (Documents.image, .ociIndex), (Documents.index, .ociManifest), (Documents.index, .dockerManifest),
    (Documents.image, .dockerManifestV1), (Documents.schema1, .ociManifest), (Documents.schema1, .ociIndex),
    (Documents.adding(#""schemaVersion":1"#, to: #"{"manifests":[]}"#), .ociIndex),
    (Documents.adding(#""layers":[]"#, to: Documents.schema1), .dockerManifestV1),
    (Documents.adding(#""mediaType":"\#(MediaType.ociIndex)""#, to: Documents.image), .ociManifest),
    (Documents.adding(#""mediaType":"\#(MediaType.ociIndex)""#, to: Documents.image), nil),
    (Documents.adding(#""mediaType":"\#(MediaType.dockerManifest)""#, to: Documents.image), .ociManifest),
    (Documents.adding(#""mediaType":""# + "\"", to: Documents.image), .ociManifest),
    (Documents.adding(#""mediaType":7"#, to: Documents.image), .ociManifest),
    (Documents.adding(#""Layers":[]"#, to: Documents.image), .ociManifest),
    (Documents.adding("\"layer\u{17F}\":[]", to: Documents.image), .ociManifest),
    (Documents.adding(#""MANIFESTS":[]"#, to: Documents.image), .ociManifest),
    (Documents.image.replacing(#""size":7"#, with: #""size":7,"Digest":"x""#), .ociManifest),
    (Documents.image, MediaType(parsing: "application/vnd.x+json")),
    (Documents.index, MediaType(parsing: "application/vnd.x+json")),
    (#"{"errors":[{"code":"DENIED"}]}"#, .json), (#"{"errors":[]}"#, nil), ("{}", nil), ("[]", .ociIndex),
    ("null", nil),
    (#"{"schemaVersion":2}"#, .ociIndex), (#"{"schemaVersion":2}"#, .ociManifest),
    (#"{"schemaVersion":2,"layers":[]}"#, nil),
    (#"{"schemaVersion":"2","manifests":[]}"#, nil),
  ]

  @Test(arguments: ambiguous)
  func refusesTwoMeanings(_ text: String, _ declared: MediaType?) {
    let error = #expect(throws: OCIError.self) { try parseManifest(text, declared: declared) }
    guard case .invalidManifest? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func refusesWhatIsNotStrictJSON() {
    let twice = #"{"layers":[\#(Documents.descriptor)],"layers":[],"config":\#(Documents.configDescriptor)}"#
    for text in [twice, "", Documents.image + "x", String(repeating: "[", count: 100_000)] {
      let error = #expect(throws: OCIError.self) { try parseManifest(text, declared: .ociManifest) }
      guard case .invalidJSON? = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
  }
}

@Suite struct DescriptorTests {
  static let digest = sampleDigest(1)

  private func layers(_ descriptor: String) throws(OCIError) -> [Descriptor] {
    try parseManifest(#"{"config":\#(Documents.configDescriptor),"layers":[\#(descriptor)]}"#, declared: .ociManifest)
      .layers
  }

  @Test(arguments: [
    #"{"digest":"\#(digest)"}"#, #"{"digest":"\#(digest)","size":-1}"#, #"{"digest":"\#(digest)","size":1.5}"#,
    #"{"digest":"\#(digest)","size":"1"}"#, #"{"digest":"\#(digest)","size":9223372036854775808}"#,
    #"{"digest":"\#(digest)","size":null}"#, #"{"size":1}"#, #"{"digest":7,"size":1}"#, "[]", "7", "null",
    #"{"digest":"sha256:x","size":1}"#, #"{"digest":"","size":1}"#, #"{"digest":"sha256:../../etc","size":1}"#,
    #"{"digest":"SHA256:\#(digest.hex)","size":1}"#,
  ])
  func refuses(_ descriptor: String) {
    #expect(throws: OCIError.self) { try layers(descriptor) }
  }

  @Test func toleratesWhatItDoesNotNeed() throws {
    let text = #"""
      {"digest":"\#(Self.digest)","size":1099511627776,"mediaType":"?","artifactType":7,"urls":["http://x"],
       "annotations":{"a":"b","c":[]},"platform":{"os":"linux"},"data":"e30="}
      """#
    let descriptor = Descriptor(
      mediaType: .octetStream,
      digest: Self.digest,
      size: 1_099_511_627_776,
      annotations: ["a": "b"]
    )
    #expect(try layers(text) == [descriptor])
  }

  // A manifest that names content by another algorithm is served; that content is not.
  @Test func leavesOutWhatCannotBeVerified() throws {
    let foreign = #"{"digest":"blake3:\#(Self.digest.hex)","size":1,"mediaType":"application/vnd.x+json"}"#
    let manifest = try parseManifest(
      #"{"config":\#(foreign),"layers":[\#(foreign),\#(Documents.descriptor)],"subject":\#(foreign)}"#,
      declared: .ociManifest
    )
    #expect(manifest.config == nil && manifest.subject == nil)
    #expect(manifest.referenced.map(\.digest) == [Documents.layer])
    #expect(manifest.effectiveArtifactType?.description == "application/vnd.x+json")
  }
}

// The limit has room for sanitizers on a busy machine.
@Suite(.timeLimit(.minutes(5))) struct ManifestLimitTests {
  private func index(of count: Int) -> String {
    let children = (0..<count).map { number in
      let digest = Digest.of("\(number)".utf8)
      return
        #"{"mediaType":"\#(MediaType.ociManifest)","digest":"\#(digest)","size":1,"annotations":{"n":"\#(number)"}}"#
    }
    return #"{"schemaVersion":2,"manifests":[\#(children.joined(separator: ","))]}"#
  }

  // What bounds the children of an index is its length.
  @Test func asManyChildrenAsBytesHold() throws {
    let text = index(of: 20_000)
    #expect(text.utf8.count < Limits().maxManifestBytes)
    #expect(try parseManifest(text, declared: .ociIndex).referenced.count == 20_000)
  }

  @Test func asManyBytesAsTheLimit() throws {
    var limits = Limits()
    limits.maxManifestBytes = Documents.image.utf8.count
    #expect(throws: Never.self) { try parseManifest(Documents.image, declared: .ociManifest, limits: limits) }
    #expect(throws: OCIError.documentTooLarge(size: limits.maxManifestBytes + 1, limit: limits.maxManifestBytes)) {
      try parseManifest(Documents.image + " ", declared: .ociManifest, limits: limits)
    }
  }

  @Test func manyUnknownMembersTakeLinearTime() throws {
    let members = (0..<200_000).map { #""n\#($0)":0"# }.joined(separator: ",")
    let manifest = try parseManifest(Documents.adding(members, to: Documents.image), declared: .ociManifest)
    #expect(manifest.layers.count == 1)
  }
}
