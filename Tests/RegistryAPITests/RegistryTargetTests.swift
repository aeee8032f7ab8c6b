import OCI
import PullThrough
import SeededRandom
import Testing

@testable import RegistryAPI

/// What request targets mean, and which mean nothing.
@Suite struct RegistryTargetTests {
  static let hex = String(repeating: "ab", count: 32)
  static let digestText = "sha256:\(hex)"

  private func parse(_ target: String, host: String? = nil) throws(RegistryTarget.Failure) -> RegistryTarget {
    try RegistryTarget(target, host: host, limits: Limits())
  }

  @Test(arguments: ["/v2/", "/v2", "/v2/?ns=docker.io", "/docker.io/v2/", "/docker.io/v2"])
  func pings(target: String) throws {
    #expect(try parse(target) == .ping)
  }

  @Test func endpointsWithTheirNames() throws {
    let digest = try Digest(parsing: Self.digestText)
    let name = RequestedName(segments: ["library", "alpine"], host: "mirror")
    let tag = try OCI.Tag(parsing: "3.20")
    #expect(try parse("/v2/library/alpine/manifests/3.20", host: "mirror") == .repository(name, .manifest(.tag(tag))))
    #expect(
      try parse("/v2/library/alpine/manifests/\(digest)", host: "mirror")
        == .repository(name, .manifest(.digest(digest)))
    )
    #expect(try parse("/v2/library/alpine/blobs/\(digest)", host: "mirror") == .repository(name, .blob(digest)))
    #expect(
      try parse("/v2/library/alpine/referrers/\(digest)", host: "mirror") == .repository(name, .referrers(digest))
    )
    #expect(try parse("/v2/library/alpine/tags/list", host: "mirror") == .repository(name, .tags()))
  }

  @Test func theColonOfADigestMayBeEncoded() throws {
    let digest = try Digest(parsing: Self.digestText)
    let name = RequestedName(segments: ["a"])
    #expect(try parse("/v2/a/blobs/sha256%3A\(Self.hex)") == .repository(name, .blob(digest)))
    #expect(try parse("/v2/a/manifests/sha256%3a\(Self.hex)") == .repository(name, .manifest(.digest(digest))))
  }

  @Test func namesMayContainTheWordsOfEndpoints() throws {
    let name = RequestedName(segments: ["manifests", "blobs", "tags"])
    #expect(
      try parse("/v2/manifests/blobs/tags/manifests/list")
        == .repository(name, .manifest(.tag(try OCI.Tag(parsing: "list"))))
    )
    #expect(
      try parse("/v2/tags/list/tags/list")
        == .repository(RequestedName(segments: ["tags", "list"]), .tags())
    )
  }

  @Test func theUpstreamMayStandBeforeV2() throws {
    let name = RequestedName(prefix: ["quay.io"], segments: ["org", "app"], namespace: "quay.io")
    #expect(
      try parse("/quay.io/v2/org/app/manifests/1?ns=quay.io")
        == .repository(name, .manifest(.tag(try OCI.Tag(parsing: "1"))))
    )
  }

  @Test func parametersAreDecoded() throws {
    let name = RequestedName(segments: ["a"], namespace: "registry.example:5000")
    #expect(
      try parse("/v2/a/tags/list?n=10&last=v1.0&ns=registry.example%3A5000")
        == .repository(name, .tags(limit: 10, last: "v1.0"))
    )
    let digest = try Digest(parsing: Self.digestText)
    #expect(
      try parse("/v2/a/referrers/\(digest)?artifactType=application%2Fvnd.example%2Bjson")
        == .repository(
          RequestedName(segments: ["a"]),
          .referrers(digest, artifactType: "application/vnd.example+json")
        )
    )
  }

  @Test(arguments: ["ns=docker.io%00", "ns=%zz", "ns=%", "ns=a%20b", "n=1%20", "last=%c3%a4", "artifactType=%0d%0a"])
  func parametersThatDoNotDecodeAreRefusedAndNotLeftOut(query: String) {
    #expect(throws: RegistryTarget.Failure.self) { try parse("/v2/a/tags/list?\(query)") }
  }

  @Test(arguments: ["utm=%zz", "%zz=1", "N=abc", "n%00=abc", "", "&&", "="])
  func parametersThatMeanNothingAreLeftOut(query: String) throws {
    #expect(
      try parse("/v2/a/tags/list?\(query)") == .repository(RequestedName(segments: ["a"]), .tags())
    )
  }

  @Test(arguments: [("0", 0), ("1", 1), ("2147483648", 2_147_483_648), ("99999999999999999999", Int.max)])
  func pageSizesAreNumbersHoweverLarge(text: String, size: Int) throws {
    #expect(
      try parse("/v2/a/tags/list?n=\(text)") == .repository(RequestedName(segments: ["a"]), .tags(limit: size))
    )
  }

  @Test(arguments: ["-1", "abc", "1.5", "", "0x10", "+1"])
  func otherPageSizesAreRefused(text: String) {
    #expect(throws: RegistryTarget.Failure.invalid(.unsupported, "the parameter n must be a number")) {
      try parse("/v2/a/tags/list?n=\(text)")
    }
  }

  @Test func uploadsAreRecognisedSoThatTheyCanBeRefused() throws {
    let name = RequestedName(segments: ["a", "b"])
    #expect(try parse("/v2/a/b/blobs/uploads/") == .repository(name, .upload))
    #expect(try parse("/v2/a/b/blobs/uploads") == .repository(name, .upload))
    #expect(try parse("/v2/a/b/blobs/uploads/5e7c-1") == .repository(name, .upload))
  }

  @Test(arguments: [
    "/v2/a//b/blobs/uploads/", "/v2/../b/blobs/uploads/", "/v2/a/./blobs/uploads/", "/v2/blobs/uploads//",
  ])
  func theSlashBehindUploadsExcusesNoOther(_ target: String) {
    #expect(throws: RegistryTarget.Failure.notFound) { try parse(target) }
  }

  @Test(arguments: [
    "/", "/v1/", "/v2/_catalog", "/v2/a", "/v2/a/b", "/v2/a/manifests", "/v2/manifests/x", "/v2/tags/list",
    "/v2/a/tags",
    "/v2/a/tags/other", "/v2//a/manifests/x", "/v2/a//manifests/x", "/v2/a/manifests/", "/v2/../a/manifests/x",
    "/v2/a/../manifests/x", "/v2/./a/manifests/x", "/v2/a/tags/list/", "//v2/a/manifests/x", "/v2/%2e%2e/manifests/x",
    "/x/y/v2/a/manifests/x", "/v2.0/a/manifests/x", "/healthz", "/metrics",
  ])
  func noEndpointHasSuchAPath(target: String) {
    #expect(throws: RegistryTarget.Failure.notFound) { try parse(target) }
  }

  @Test(arguments: [
    "/v2/a%2fb/manifests/x", "/v2/a%2Fb/manifests/x", "/v2/a%00/manifests/x", "/v2/a%/manifests/x",
    "/v2/a%4/manifests/x",
    "/v2/a%zz/manifests/x", "/v2/a%0d%0ab/manifests/x", "/v2/a b/manifests/x", "/v2/ä/manifests/x",
    "/v2/%c3%a4/manifests/x",
    "/v2/a/manifests/x%20y", "/v2/a%7f/manifests/x",
  ])
  func whatIsNotPrintableASCIIInOneSegmentIsRefused(target: String) {
    #expect {
      try parse(target)
    } throws: { error in
      if case .invalid(.nameInvalid, _) = error as? RegistryTarget.Failure { true } else { false }
    }
  }

  @Test(arguments: [
    "sha256:abc", "md5:\(hex)", "sha256:\(hex.uppercased())", "sha256:", "\(hex)", "sha256:\(hex)0", "blake3:\(hex)",
    "sha512:\(hex)",
  ])
  func aDigestThatCannotBeVerifiedIsRefused(digest: String) {
    #expect {
      try parse("/v2/a/blobs/\(digest)")
    } throws: { error in
      if case .invalid(.digestInvalid, _) = error as? RegistryTarget.Failure { true } else { false }
    }
  }

  @Test(arguments: ["-x", ".x", "x:y", String(repeating: "x", count: 129), "a@b"])
  func aReferenceThatIsNeitherTagNorDigestIsRefused(reference: String) {
    #expect {
      try parse("/v2/a/manifests/\(reference)")
    } throws: { error in
      switch error as? RegistryTarget.Failure {
      case .invalid(.digestInvalid, _): reference.contains(":")
      // No manifest can be named so: to whoever asks, there is none.
      case .noTag: !reference.contains(":")
      case .invalid, .notFound, .tooLong, nil: false
      }
    }
  }

  @Test func aTargetBeyondTheLimitIsTooLong() {
    let target = "/v2/\(String(repeating: "a/", count: 4_000))manifests/x"
    #expect(throws: RegistryTarget.Failure.tooLong) { try parse(target) }
  }

  @Test func randomTargetsNeverTrap() {
    let seed = UInt64.random(in: .min ... .max)
    var generator = SeededGenerator(seed: seed)
    let alphabet = Array("/v2%:?&=.ab\u{0}ä@manifestsblobstagslist0123456789".unicodeScalars)
    for _ in 0..<20_000 {
      var target = "/v2/"
      for _ in 0..<Int.random(in: 0..<40, using: &generator) {
        target.unicodeScalars.append(alphabet[Int.random(in: 0..<alphabet.count, using: &generator)])
      }
      do throws(RegistryTarget.Failure) {
        let parsed = try parse(target)
        if case .repository(let name, _) = parsed { #expect(!name.segments.contains(""), "seed \(seed): \(target)") }
      } catch {}
    }
  }
}
