import OCI
import Testing

@Suite struct RemoteSizeTests {
  @Test func sumsSaturate() {
    let huge = RemoteSize(clamping: Int64.max)
    #expect(huge.adding(huge) == huge)
    #expect(huge.adding(1) == huge)
    #expect(RemoteSize(2).adding(3) == 5)
    #expect([huge, huge, 1].saturatingSum() == huge)
    #expect([RemoteSize]().saturatingSum() == .zero)
  }

  @Test func whatWasMeasuredIsClamped() {
    #expect(RemoteSize(clamping: -1) == .zero)
    #expect(RemoteSize(clamping: Int64.min) == .zero)
    #expect(RemoteSize(clamping: UInt64.max).bytes == .max)
    #expect("\(RemoteSize(clamping: 12))" == "12")
    #expect(RemoteSize(1) < 2)
  }

  // What has no `+` cannot be added unchecked by anybody.
  @Test func cannotBeAddedUnchecked() {
    let type: any Any.Type = RemoteSize.self
    #expect(!(type is any AdditiveArithmetic.Type))
  }

  @Test(arguments: [
    (Int64.max, Int64.max, Int64.max), (.min, -1, .min), (.max, -1, .max - 1), (1, 2, 3), (.min, .max, -1),
  ])
  func saturatingSums(_ left: Int64, _ right: Int64, _ sum: Int64) {
    #expect(left.saturatingSum(right) == sum)
  }

  @Test(arguments: [
    (Int64.max, Int64(-1), Int64.max), (.min, 1, .min), (0, .min, .max), (5, 7, -2), (.max, .max, 0),
  ])
  func saturatingDifferences(_ left: Int64, _ right: Int64, _ difference: Int64) {
    #expect(left.saturatingDifference(right) == difference)
  }
}

/// Sizes as documents write them: what can be a blob's is taken, everything else is refused with what was found.
@Suite struct RemoteSizeParsingTests {
  private static let digest = sampleDigest(1)
  private static let config = #"{"digest":"\#(digest)","size":5}"#

  private func manifest(_ size: String) throws(OCIError) -> Manifest {
    try parseManifest(
      #"{"config":\#(Self.config),"layers":[{"digest":"\#(Self.digest)","size":\#(size)}]}"#,
      declared: .ociManifest
    )
  }

  @Test(arguments: ["0", "1", "1099511627776"])
  func takes(_ size: String) throws {
    #expect(try manifest(size).layers.map(\.size.description) == [size])
  }

  @Test(arguments: [
    "1099511627777", "9223372036854775807", "9223372036854775808", "18446744073709551616", "-1", "-0",
    "-9223372036854775808", "-9223372036854775809", "1.5", "1.0", "1e3", "1E19", "1e999999",
    "99999999999999999999999999999999",
  ])
  func refusesNamingWhatWasFound(_ size: String) {
    #expect {
      try manifest(size)
    } throws: { error in
      guard case .invalidManifest(let reason)? = error as? OCIError else { return false }
      return reason.contains(size) && reason.contains("size of a descriptor")
    }
  }

  @Test(arguments: ["\"12\"", "null", "true", "[]", "{}", "\"\""])
  func refusesWhatIsNoNumber(_ size: String) {
    #expect(throws: OCIError.invalidManifest("the size of a descriptor is no number")) { try manifest(size) }
  }

  // Wherever a document has a descriptor.
  @Test(arguments: ["config", "subject", "layers", "manifests"])
  func refusesItEverywhere(_ member: String) {
    let descriptor = #"{"digest":"\#(Self.digest)","size":9223372036854775807}"#
    let value = member == "layers" || member == "manifests" ? "[\(descriptor)]" : descriptor
    let rest = member == "config" || member == "manifests" ? "" : #""config":\#(Self.config),"#
    #expect(throws: OCIError.self) { try parseManifest(#"{\#(rest)"\#(member)":\#(value)}"#, declared: nil) }
  }

  @Test func theLimitIsTheLargestBlob() throws {
    var limits = Limits()
    limits.maxBlobBytes = .max
    let text = #"{"config":{"digest":"\#(Self.digest)","size":9223372036854775807}}"#
    let manifest = try Array(text.utf8).withUnsafeBytes { (bytes) throws(OCIError) in
      try Manifest.parse(bytes, declared: .ociManifest, limits: limits)
    }
    #expect(manifest.config?.size.bytes == .max)
  }
}
