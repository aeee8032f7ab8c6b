import Testing

@testable import BerthConfiguration

@Suite struct ByteSizeTests {
  @Test(
    arguments: [
      ("0", 0), ("1", 1), ("1048576", 1 << 20), ("512B", 512), ("1kB", 1_000), ("1KiB", 1_024), ("200GiB", 200 << 30),
      ("1.5TB", 1_500_000_000_000), ("1.5KiB", 1_536), ("0.5GiB", 512 << 20), ("2 TiB", 2 << 40),
      ("3PB", 3_000_000_000_000_000),
      ("8191PiB", 8_191 << 50), ("0.000000001GB", 1), ("0.1B", 0), ("9223372036854775807", Int64.max),
    ] as [(String, Int64)]
  )
  func reads(_ text: String, _ bytes: Int64) throws {
    #expect(try ByteSize(parsing: text).bytes == bytes)
  }

  @Test(arguments: [
    "", " ", "GiB", "-1", "+1", "1e9", ".5GiB", "1.GiB", "1.5.5GB", "1,5GB", "1  GiB", "1 GiB ", "0x10", "१२",
    "200G", "200gib", "200Gb", "200GIB", "12 apples", "8192PiB", "9223372036854775808", "99999999999999999999GiB",
    "1.0000000001GB", "50%", "1GiB\u{0}",
  ])
  func refuses(_ text: String) {
    #expect(throws: InvalidValue.self) { try ByteSize(parsing: text) }
  }

  @Test(arguments: [
    ("200G", "did you mean GiB?"), ("200gib", "did you mean GiB?"), ("10KB", "did you mean kB?"),
    ("200Gi", "did you mean GiB?"), ("1ti", "did you mean TiB?"),
    ("5parsecs", "use B, kB, MB, GB, TB, KiB, MiB, GiB or TiB"), ("lots", "such as 200GiB"),
    ("8192PiB", "more than a store can hold"),
  ])
  func saysWhatIsMeant(_ text: String, _ hint: String) {
    let error = #expect(throws: InvalidValue.self) { try ByteSize(parsing: text) }
    #expect(error?.description.contains(hint) == true, "\(String(describing: error))")
  }

  @Test(arguments: [(0, "0B"), (1, "1B"), (1_000, "1000B"), (1 << 10, "1KiB"), (1_536, "1536B"), (200 << 30, "200GiB")])
  func printsWhatItReads(_ bytes: Int64, _ text: String) throws {
    let size = try #require(ByteSize(bytes: bytes))
    #expect(size.description == text)
    #expect(try ByteSize(parsing: text) == size)
  }

  @Test func isNeverNegative() {
    #expect(ByteSize(bytes: -1) == nil)
  }

  @Test(arguments: [("1%", 1), ("80%", 80), ("100%", 100)])
  func capacityMayBeAShare(_ text: String, _ percent: Int) throws {
    #expect(try Capacity(parsing: text) == .percent(percent))
    #expect(Capacity.percent(percent).description == text)
  }

  @Test(arguments: [("0", "0B"), ("10GiB", "10GiB"), ("0%", "0%"), ("20%", "20%"), ("90%", "90%")])
  func freeSpaceMayBeNoneOrAShare(_ text: String, _ printed: String) throws {
    #expect(try FreeSpace(parsing: text).description == printed)
  }

  @Test(arguments: ["91%", "-1%", "%", "1.5%", "all", "-1"])
  func freeSpaceIsLessThanAll(_ text: String) {
    #expect(throws: InvalidValue.self) { try FreeSpace(parsing: text) }
  }

  @Test(arguments: ["0%", "101%", "-5%", "%", "1.5%", "80 %", "0", "0GiB", "all"])
  func capacityIsMoreThanNothing(_ text: String) {
    #expect(throws: InvalidValue.self) { try Capacity(parsing: text) }
  }
}
