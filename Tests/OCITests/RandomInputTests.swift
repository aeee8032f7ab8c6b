import OCI
import SeededRandom
import Testing

/// Random and damaged input at every parser. A trap would end the process, so that returning is the test; what is
/// accepted must also read back.
@Suite(.timeLimit(.minutes(5))) struct RandomInputTests {
  private static let rounds = 10_000

  private func forEachInput(like samples: [String], _ test: String = #function, _ body: (String) throws -> Void) throws
  {
    var generator = SeededGenerator.announced(test)
    for round in 0..<Self.rounds {
      let text =
        round % 4 == 0
        ? String(decoding: generator.bytes(upTo: 60), as: UTF8.self) : generator.mutation(of: samples)
      try body(text)
    }
  }

  @Test func names() throws {
    let samples = [
      DigestTests.emptySHA256, DigestTests.emptySHA512, "docker.io/library/alpine", "[::1]:5000/a", "a__b-c.d",
      "latest",
      "repository:a/b:pull,push", "linux/arm64/v8", "windows(10.0)/amd64", "application/vnd.oci.image.index.v1+json",
    ]
    try forEachInput(like: samples) { (text: String) throws in
      if let digest = try? Digest(parsing: text) { #expect(digest.description == text) }
      if let name = try? RepositoryName(parsing: text) { #expect(name.description == text) }
      if let tag = try? Tag(parsing: text) { #expect(tag.description == text) }
      if let reference = try? Reference(parsing: text) { #expect(reference.description == text) }
      if let repository = try? Repository(parsing: text) {
        #expect(try Repository(parsing: repository.description) == repository)
      }
      if let upstream = try? UpstreamName(parsing: text) {
        #expect(try UpstreamName(parsing: upstream.description) == upstream)
      }
      if let scope = try? Scope(parsing: text) { #expect(try Scope(parsing: scope.description) == scope) }
      if let type = MediaType(parsing: text) { #expect(MediaType(parsing: type.description) == type) }
      if let platform = Platform(parsing: text) {
        #expect(platform == platform.normalized)
        #expect(Platform(parsing: platform.description) == platform)
      }
    }
  }

  @Test func fields() throws {
    let samples = [
      "bytes=0-99", "bytes=-5", "bytes 0-99/1000",
      #"Bearer realm="https://r/token",service="s",scope="a:b:c", Basic x=y"#,
      #"</v2/a/tags/list?last=b>; rel="next""#, "*/*, application/json;q=0.5", "880.092µs",
      "Sun, 06 Nov 1994 08:49:37 GMT",
      "\"\(DigestTests.emptySHA256)\", W/\"x\"", "9223372036854775807", "1h2m3.5s",
    ]
    let digest = Digest.of([])
    try forEachInput(like: samples) { (text: String) throws in
      for size in [0, 1, 1000, Int64.max] {
        let ranges: [Range<Int64>] =
          switch RangeRequest(header: text).resolve(size: size) {
          case .partial(let range): [range]
          case .several(let ranges): ranges
          case .whole, .unsatisfiable, .tooMany: []
          }
        #expect(ranges.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= size && !$0.isEmpty })
      }
      if let field = ContentRange(parsing: text) { #expect(ContentRange(parsing: field.description) == field) }
      if let wait = RetryAfter.parse(text, now: 0, ceiling: .seconds(60)) {
        #expect((.zero ... .seconds(60)).contains(wait))
      }
      #expect(WarningHeader(text).description.utf8.allSatisfy { (0x20...0x7E).contains($0) })
      #expect(AuthChallenge.parse([text, text]).count == 2 * AuthChallenge.parse([text]).count)
      #expect(LinkHeader.next(in: [text, text]) == LinkHeader.next(in: [text]))
      #expect(EntityTag.ifNoneMatch([text], names: digest) || !EntityTag.ifRange(text, names: digest))
    }
  }

  @Test func documents() throws {
    let child = #"{"mediaType":"\#(MediaType.ociManifest)","digest":"\#(Digest.of([]))","size":7}"#
    let samples = [
      #"{"schemaVersion":2,"manifests":[\#(child),\#(child)],"annotations":{"a":"\u00e9\ud83d\ude00"}}"#,
      #"{"schemaVersion":2,"config":\#(child),"layers":[\#(child)],"subject":\#(child),"artifactType":"a/b"}"#,
      #"[1,-2.5e+7,true,false,null,"x\n",{"":{}}]"#,
    ]
    try forEachInput(like: samples) { (text: String) throws in
      if let value = try? parseJSON(text) {
        #expect(try StrictJSON.parse(JSONText.render(value), maxBytes: .max, limits: Limits()) == value)
      }
      for declared in [nil, MediaType.ociIndex, .ociManifest] {
        if let manifest = try? parseManifest(text, declared: declared) {
          #expect(declared == nil || manifest.mediaType == declared)
          #expect(manifest.referenced.allSatisfy { $0.size >= 0 })
        }
      }
    }
  }

  // Long fields of what makes a parser go back: time that grew with the square of the length would not end.
  @Test(arguments: [
    "a", ",", "\"", "\\", "=", "<", ";", "<>;", "a=,", "a a", "-", "1", "1s", "a/b,", ": ", "a:", "[", "\u{301}",
  ])
  func longInputTakesLinearTime(_ piece: String) {
    let text = String(repeating: piece, count: 200_000)
    _ = AuthChallenge.parse([text])
    _ = LinkHeader.next(in: [text])
    _ = EntityTag.ifNoneMatch([text], names: Digest.of([]))
    _ = RetryAfter.parse(text, now: 0, ceiling: .seconds(60))
    _ = RangeRequest(header: text)
    _ = ContentRange(parsing: text)
    _ = WarningHeader(text)
    _ = MediaType(parsing: text)
    _ = Platform(parsing: text)
    #expect(throws: OCIError.self) { try Reference(parsing: "/" + text) }
    #expect(throws: OCIError.self) { try Repository(parsing: "//" + text) }
    #expect(throws: OCIError.self) { try Scope(parsing: ":" + text) }
    #expect(throws: OCIError.self) { try parseJSON("\"" + text.replacing("\"", with: "") + "\n") }
  }
}
