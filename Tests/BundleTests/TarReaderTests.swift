import OCI
import Testing

@testable import Bundle

/// Tars that could mean different things to different readers are refused.
@Suite struct TarReaderTests {
  private func read(_ bytes: [UInt8], _ limits: Limits = Limits()) throws(BundleError) -> [TarEntry] {
    try TarReader.entries(of: MemoryBytes(bytes), limits: limits)
  }

  private func reason(_ bytes: [UInt8], _ limits: Limits = Limits()) -> TarError.Reason? {
    do throws(BundleError) {
      _ = try read(bytes, limits)
      return nil
    } catch {
      guard case .refused(let error) = error else { return nil }
      return error.reason
    }
  }

  @Test func findsWhereBytesLie() throws {
    let entries = try read(
      TarText.header("blobs/", type: "5") + TarText.entry("./index.json", "{}") + TarText.entry("a", "") + TarText.end
    )
    #expect(
      entries == [
        TarEntry(name: "blobs", kind: .directory, offset: 512, size: 0),
        TarEntry(name: "index.json", kind: .file, offset: 1_024, size: 2),
        TarEntry(name: "a", kind: .file, offset: 2_048, size: 0),
      ]
    )
  }

  // A file with holes can be as long as a number goes: nothing is added up that does not fit.
  @Test(arguments: [0, 511, 512, 1_023, 1_024, 1_535, 1_536] as [Int64])
  func anEntryThatEndsWhereNumbersDo(_ less: Int64) {
    let header = TarText.pax(("size", "\(Int64.max - less)")) + TarText.entry("x")
    #expect(throws: BundleError.self) {
      try TarReader.entries(of: HugeFile(beginning: header), limits: Limits())
    }
  }

  @Test func extensionsTakeTheHeadersPlace() throws {
    let long = "blobs/sha512/" + String(repeating: "a", count: 128)
    let pax = try read(TarText.pax(("path", long), ("mtime", "1.5")) + TarText.entry("x", "1") + TarText.end)
    #expect(pax.map(\.name) == [long])
    let gnu = try read(TarText.entry("././@LongLink", long + "\u{0}", type: "L") + TarText.entry("x") + TarText.end)
    #expect(gnu.map(\.name) == [long])
    let sized = try read(TarText.pax(("size", "3")) + TarText.entry("x", "abc") + TarText.end)
    #expect(sized.map(\.size) == [3])
  }

  @Test func linksAreToldAndNotFollowed() throws {
    let entries = try read(TarText.header("a", type: "2", target: "/etc/shadow") + TarText.end)
    #expect(entries.map(\.kind) == [.link(target: "/etc/shadow")])
  }

  @Test(arguments: ["/a", "../a", "a/../b", "a//b", "a/./b", "a/", "././a", "", "a b", "ä", "a\\b", "a\u{7F}"])
  func namesThatMayNotBeThere(_ name: String) {
    #expect(reason(TarText.entry(name) + TarText.end) == .badName, "\(name)")
  }

  @Test func hostile() {
    let good = TarText.entry("a", "x")
    let cases: [(String, [UInt8], TarError.Reason)] = [
      ("nothing at all", [], .truncated),
      ("half a header", Array(good.prefix(100)), .truncated),
      ("half a body", Array(good.prefix(512)), .truncated),
      ("no end", good, .truncated),
      ("half an end", good + TarText.end.prefix(512), .truncated),
      ("something behind the end", good + TarText.end + [1], .trailingData),
      ("an end within", good + TarText.end + good + TarText.end, .trailingData),
      ("twice", good + good + TarText.end, .duplicate),
      ("twice, spelt otherwise", good + TarText.entry("./a") + TarText.end, .duplicate),
      ("checksum", [1] + good.dropFirst() + TarText.end, .badChecksum),
      ("old format", TarText.header("a", magic: "") + TarText.end, .unknownFormat),
      ("size is no number", TarText.header("a", size: "12x") + TarText.end, .badNumber(field: "size")),
      ("no size", TarText.header("a", size: "") + TarText.end, .badNumber(field: "size")),
      ("size beyond the end", TarText.header("a", size: "77777777777") + TarText.end, .truncated),
      ("negative size", Self.binarySize(0xFF) + TarText.end, .badNumber(field: "size")),
      ("size beyond 64 bits", Self.binarySize(0x80, fill: 0xFF) + TarText.end, .badNumber(field: "size")),
      ("directory with bytes", TarText.entry("d/", "x", type: "5") + TarText.end, .badNumber(field: "size")),
      ("device", TarText.header("a", type: "3") + TarText.end, .notAllowed(type: UInt8(ascii: "3"))),
      ("global pax records", TarText.entry("g", "x", type: "g") + TarText.end, .notAllowed(type: UInt8(ascii: "g"))),
      ("sparse, GNU", TarText.header("a", type: "S") + TarText.end, .sparse),
      ("sparse, pax", TarText.pax(("GNU.sparse.major", "1")) + good + TarText.end, .sparse),
      ("path twice", TarText.pax(("path", "b"), ("path", "c")) + good + TarText.end, .duplicate),
      (
        "path by both", TarText.pax(("path", "b")) + TarText.entry("L", "c", type: "L") + good + TarText.end, .duplicate
      ),
      ("pax leads out", TarText.pax(("path", "../b")) + good + TarText.end, .badName),
      ("pax size beyond the end", TarText.pax(("size", "9999999")) + good + TarText.end, .truncated),
      ("pax about nothing", TarText.pax(("path", "b")) + TarText.end, .badExtension("about no entry")),
      (
        "pax without a record", TarText.entry("pax", "hello", type: "x") + TarText.end,
        .badExtension("the length of a record")
      ),
      (
        "pax length lies", TarText.entry("pax", "99 path=b\n", type: "x") + TarText.end,
        .badExtension("the length of a record")
      ),
      ("gzip", [0x1F, 0x8B] + [UInt8](repeating: 7, count: 1_024), .compressed("gzip")),
      ("zstd", [0x28, 0xB5, 0x2F, 0xFD] + [UInt8](repeating: 7, count: 1_024), .compressed("zstd")),
    ]
    for (what, bytes, expected) in cases { #expect(reason(bytes) == expected, "\(what)") }
  }

  @Test func bounds() {
    var limits = Limits()
    limits.maxTarEntries = 1
    #expect(
      reason(TarText.entry("a") + TarText.entry("b") + TarText.end, limits) == .tooManyEntries(limit: 1)
    )
    limits = Limits()
    limits.maxTarExtensionBytes = 8
    #expect(
      reason(TarText.pax(("path", "b")) + TarText.entry("a") + TarText.end, limits) == .badExtension("its length")
    )
    limits = Limits()
    limits.maxTarTrailerBytes = 1_024
    let zeros = [UInt8](repeating: 0, count: 4_096)
    #expect(reason(TarText.entry("a") + TarText.end + zeros, limits) == .trailingData)
    #expect(reason(TarText.entry("a") + TarText.end + zeros) == nil)
  }

  /// Whatever bytes come, the reader ends and does not trap.
  @Test func changedBytes() {
    var generator = SystemRandomNumberGenerator()
    let whole = TarText.pax(("path", "b")) + TarText.entry("a", "body") + TarText.entry("c") + TarText.end
    for _ in 0..<2_000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      _ = try? read(bytes)
      // With a checksum that fits, so that the fields behind it are looked at.
      _ = try? read(TarText.checked(Array(bytes.prefix(512))) + bytes.dropFirst(512))
    }
  }

  private static func binarySize(_ first: UInt8, fill: UInt8 = 0xFF) -> [UInt8] {
    var block = TarText.header("a")
    block[124] = first
    for index in 125..<136 { block[index] = fill }
    return TarText.checked(block)
  }
}

/// A file with holes, of the greatest length: zeros behind its beginning.
private struct HugeFile: ByteSource {
  let path = "huge"
  let beginning: [UInt8]
  let size = Int64.max

  func read(at offset: Int64, count: Int) throws(BundleError) -> [UInt8] {
    let bytes = offset < Int64(beginning.count) ? Array(beginning[Int(offset)...].prefix(count)) : []
    return bytes + Array(repeating: 0, count: min(count, Int(size - offset)) - bytes.count)
  }
}
