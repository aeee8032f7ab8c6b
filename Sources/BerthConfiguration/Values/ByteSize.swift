/// A number of bytes, written `200GiB`, `1.5TB` or `1048576`.
public struct ByteSize: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The size in bytes, never negative.
  public let bytes: Int64

  /// A size of so many bytes; nil when negative.
  public init?(bytes: Int64) {
    guard bytes >= 0 else { return nil }
    self.bytes = bytes
  }

  /// Reads a number with one of the units B, kB, MB, GB, TB, PB (powers of 1000) or KiB, MiB, GiB, TiB, PiB (powers of
  /// 1024); without a unit it means bytes. A space may stand before the unit.
  public init(parsing text: some StringProtocol) throws(InvalidValue) {
    var rest = Substring(text)
    guard let number = DecimalText(takingFrom: &rest) else {
      throw InvalidValue(expected: "a size such as 200GiB, 1.5TB or 1048576 (bytes)", found: text)
    }
    if rest.first == " " { rest.removeFirst() }
    let written = String(rest)
    guard let unit = Self.units.first(where: { $0.name == written || (written.isEmpty && $0.name == "B") }) else {
      throw InvalidValue("\(quoted(text)) has the unknown unit \(quoted(written))\(Self.hint(for: written))")
    }
    guard let bytes = number.multiplied(by: unit.bytes) else {
      throw InvalidValue("\(quoted(text)) is more than a store can hold")
    }
    self.bytes = bytes
  }

  /// The size in the largest unit of 1024 that divides it, as ``init(parsing:)`` reads it.
  public var description: String {
    guard bytes > 0 else { return "0B" }
    let binary = Self.units.last { $0.name.hasSuffix("iB") && bytes.isMultiple(of: $0.bytes) }
    return binary.map { "\(bytes / $0.bytes)\($0.name)" } ?? "\(bytes)B"
  }

  /// Orders by number of bytes.
  public static func < (left: ByteSize, right: ByteSize) -> Bool { left.bytes < right.bytes }

  private static let units: [(name: String, bytes: Int64)] = [
    ("B", 1), ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
    ("PB", 1_000_000_000_000_000), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
    ("PiB", 1 << 50),
  ]

  private static func hint(for unit: String) -> String {
    let folded = unit.lowercased()
    // `200Gi` is how Kubernetes writes it.
    let spellings = [folded, folded + "ib", folded.hasSuffix("i") ? folded + "b" : folded]
    let meant = units.first { spellings.contains($0.name.lowercased()) }
    return meant.map { " (did you mean \($0.name)?)" } ?? ": use B, kB, MB, GB, TB, KiB, MiB, GiB or TiB"
  }
}
