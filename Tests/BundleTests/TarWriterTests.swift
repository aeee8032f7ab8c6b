import OCI
import Testing

@testable import Bundle

/// What is written is read back as it was, and equal content gives equal bytes.
@Suite struct TarWriterTests {
  private final class Sink {
    var bytes: [UInt8] = []
  }

  private func write(_ entries: [(String, [UInt8])]) throws(BundleError) -> [UInt8] {
    let sink = Sink()
    var writer = TarWriter { (bytes) throws(BundleError) in sink.bytes += bytes }
    for (name, bytes) in entries { try writer.add(name, bytes) }
    try writer.finish()
    return sink.bytes
  }

  @Test(arguments: [0, 1, 511, 512, 513, 10_000])
  func roundTrip(_ size: Int) throws {
    let body = (0..<size).map { UInt8($0 & 0xFF) }
    let name = "blobs/sha512/" + String(repeating: "f", count: 128)
    let source = MemoryBytes(try write([("index.json", body), (name, body)]))
    let entries = try TarReader.entries(of: source, limits: Limits())
    #expect(entries.map(\.name) == ["index.json", name])
    for entry in entries {
      let isSame = try source.read(entry.offset..<(entry.offset + entry.size)) == body
      #expect(isSame)
    }
    #expect(source.size % 512 == 0)
  }

  /// Beyond 8 GiB the octal field does not suffice.
  @Test func hugeEntry() throws {
    let sink = Sink()
    var writer = TarWriter { (bytes) throws(BundleError) in sink.bytes += bytes }
    try writer.begin("a", size: 0)
    #expect(TarHeader(name: Array("a".utf8), size: 8 << 30).render() == nil)
    #expect(TarHeader(name: Array("a".utf8), size: 8 << 30 - 1).render() != nil)
    #expect(PaxRecords(size: 8 << 30).render() == Array("19 size=8589934592\n".utf8))
    try writer.finish()
  }
}
