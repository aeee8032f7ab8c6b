import OCI
import Testing

@testable import Store

@Suite struct RecordTests {
  /// Writes and reads back; then no prefix of the bytes, and no other version, is taken for a record.
  private func expectRoundTrip<Record: IndexRecord & Equatable>(_ record: Record) {
    let bytes = record.record
    #expect(bytes.withUnsafeBytes { Record(record: $0) } == record)
    for length in bytes.indices {
      #expect(bytes[..<length].withUnsafeBytes { Record(record: $0) } == nil, "\(length) of \(bytes.count) bytes")
    }
    let other = [bytes[0] + 1] + bytes.dropFirst()
    #expect(other.withUnsafeBytes { Record(record: $0) } == nil)
  }

  @Test func contentIsReadBack() throws {
    let types: [MediaType?] = [
      nil, .ociIndex, .ociManifest, .dockerManifestList, .dockerManifest, .dockerManifestV1, .dockerManifestV1Signed,
      .octetStream, MediaType(parsing: "application/vnd.example.thing+json"),
    ]
    for type in types { expectRoundTrip(ContentRecord(size: 1 << 40, mediaType: type, lastAccess: 1_700_000_000)) }
    expectRoundTrip(ContentRecord(size: 0, lastAccess: .min))
  }

  @Test func contentOfNegativeSizeIsDamaged() {
    #expect(ContentRecord(size: -1, lastAccess: 0).record.withUnsafeBytes { ContentRecord(record: $0) } == nil)
  }

  @Test func mediaTypeCodesNeverChange() {
    let codes: [(MediaType, UInt8)] = [
      (.ociIndex, 1), (.ociManifest, 2), (.dockerManifestList, 3), (.dockerManifest, 4), (.dockerManifestV1, 5),
      (.dockerManifestV1Signed, 6), (.octetStream, 7),
    ]
    for (type, code) in codes {
      #expect(KnownMediaTypes.code(of: type) == code)
      #expect(KnownMediaTypes.type(of: code) == type)
    }
    #expect(KnownMediaTypes.type(of: 200) == nil)
  }

  @Test func grantsAreReadBack() {
    for evidence in [GrantRecord.Evidence.unproven, .earned, .revoked] {
      expectRoundTrip(GrantRecord(grantedAt: 7, evidence: evidence))
    }
    // As schema 2 wrote it: version, length, time, and a number that was always 0.
    let older: [UInt8] = [1] + [5, 0, 0, 0, 0, 0, 0, 0] + [7, 0, 0, 0, 0, 0, 0, 0] + [0, 0, 0, 0]
    let read = older.withUnsafeBytes { GrantRecord(record: $0) }
    #expect(read == GrantRecord(grantedAt: 7, evidence: .unproven))
  }

  @Test func tagsAreReadBack() {
    for algorithm in DigestAlgorithm.allCases {
      let origin: TagRecord.Origin = algorithm == .sha256 ? .archive : .confirmedArchive
      let tag = TagRecord(digest: digest("x", algorithm), fetchedAt: 1, checkedAt: 2, origin: origin)
      for name in [nil, "docker.io/library/alpine"] {
        let bytes = TagRow(tag: tag, repository: name).record
        let row = bytes.withUnsafeBytes { TagRow(record: $0) }
        #expect(row?.tag == tag)
        #expect(row?.repository == name)
        // As it was written before records said where a tag came from.
        let older = bytes.dropLast().withUnsafeBytes { TagRow(record: $0) }
        #expect(older?.tag.digest == tag.digest && older?.tag.origin == .upstream && older?.repository == name)
      }
    }
    expectRoundTrip(TagMove(digest: digest("x"), fetchedAt: 1, replacedAt: 2))
    expectRoundTrip(StoreTotals(bytes: 1, count: 2))
  }

  @Test(arguments: [
    "", #","artifactType":"application/vnd.Example.SBOM","annotations":{"ü":"日本","":"\u0000"}"#,
    #","platform":{"os":"linux","architecture":"arm64","os.features":[1.50]},"data":"e30=","urls":[],"new":null"#,
  ])
  func referrersAreReadBack(members: String) throws {
    let text = #"{"mediaType":"\#(MediaType.ociManifest)","digest":"\#(digest("x", .sha512))","size":5\#(members)}"#
    let json = try StrictJSON.parse(Array(text.utf8), maxBytes: 10_000, limits: Limits())
    let referrer = try #require(try Referrer(json: json, limits: Limits()))
    let read = referrer.stored.withUnsafeBytes { Referrer(stored: $0) }
    #expect(read == referrer)
    for length in 0..<referrer.stored.count {
      #expect(referrer.stored.prefix(length).withUnsafeBytes { Referrer(stored: $0) } == nil)
    }
  }

  /// As they were written before rows held descriptions as they came.
  @Test func referrersOfEarlierProgramsAreReadBack() throws {
    var writer = RecordWriter(version: 1)
    writer.append(digest("x"))
    writer.append(Int64(5))
    writer.append(MediaType.ociManifest)
    writer.append(MediaType(parsing: "application/vnd.example.signature"))
    writer.append(UInt8(0))
    writer.append(UInt16(1))
    writer.append("key")
    writer.append("value")
    let descriptor = Descriptor(
      mediaType: .ociManifest,
      digest: digest("x"),
      size: 5,
      artifactType: MediaType(parsing: "application/vnd.example.signature"),
      annotations: ["key": "value"]
    )
    #expect(writer.bytes.withUnsafeBytes { Referrer(stored: $0) } == Referrer(descriptor))
  }

  @Test func textThatIsTooLongIsCutAtACharacter() throws {
    var writer = RecordWriter(version: 1)
    writer.append(String(repeating: "a", count: 65_534) + "ü")
    let text = writer.bytes.withUnsafeBytes { bytes in
      var reader = RecordReader(bytes, version: 1)
      return reader?.text()
    }
    #expect(text == String(repeating: "a", count: 65_534))
  }

  @Test func totalsNeverOverflowOrFallBelowNothing() {
    var totals = StoreTotals(bytes: .max - 1, count: 1)
    totals.add(StoreTotals(bytes: 5, count: -3))
    #expect(totals == StoreTotals(bytes: .max, count: 0))
  }
}
