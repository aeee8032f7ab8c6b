/// One header block of a tar: POSIX ustar, with GNU's two extensions that matter here (POSIX.1-2017, pax §ustar).
///
/// Only what is used is read: owner, mode and times of an entry mean nothing to a bundle.
struct TarHeader: Equatable {
  static let blockSize = 512

  enum Kind: Equatable {
    case file
    case directory
    case hardLink
    case symbolicLink
    /// pax records about the next entry.
    case paxRecords
    /// GNU: the next entry's name, or its link's target.
    case longName
    case longTarget
  }

  var kind: Kind
  /// Bytes up to the first NUL, as they stand; with the prefix of POSIX before them.
  var name: [UInt8]
  /// Length in bytes of what follows the header.
  var size: Int64
  /// What a link names.
  var target: [UInt8]

  init(kind: Kind = .file, name: [UInt8], size: Int64, target: [UInt8] = []) {
    (self.kind, self.name, self.size, self.target) = (kind, name, size, target)
  }

  /// Reads a block.
  init(parsing block: [UInt8]) throws(TarError.Reason) {
    guard block.count == Self.blockSize else { throw .truncated }
    guard Self.checksum(of: block) == TarNumber.parse(block[Field.checksum]) else {
      throw Compression(startOf: block).map { .compressed($0.rawValue) } ?? .badChecksum
    }
    let isPOSIX = block[Field.magic].elementsEqual(Magic.posix)
    guard isPOSIX || block[Field.magic].elementsEqual(Magic.gnu) else { throw .unknownFormat }
    kind = try Self.kind(block[Field.type])
    guard let size = TarNumber.parse(block[Field.size]) else { throw .badNumber(field: "size") }
    self.size = size
    // GNU keeps other things where POSIX has the prefix.
    let prefix = isPOSIX ? Self.text(block[Field.prefix]) : []
    let base = Self.text(block[Field.name])
    name = prefix.isEmpty ? base : prefix + [UInt8(ascii: "/")] + base
    target = Self.text(block[Field.target])
  }

  private static func kind(_ type: UInt8) throws(TarError.Reason) -> Kind {
    switch type {
    case 0, UInt8(ascii: "0"): .file
    case UInt8(ascii: "1"): .hardLink
    case UInt8(ascii: "2"): .symbolicLink
    case UInt8(ascii: "5"): .directory
    case UInt8(ascii: "x"): .paxRecords
    case UInt8(ascii: "L"): .longName
    case UInt8(ascii: "K"): .longTarget
    case UInt8(ascii: "S"): throw .sparse
    default: throw .notAllowed(type: type)
    }
  }

  private static func text(_ field: ArraySlice<UInt8>) -> [UInt8] { Array(field.prefix { $0 != 0 }) }

  /// The sum of all bytes, those of the checksum itself taken for spaces.
  private static func checksum(of block: [UInt8]) -> Int64 {
    var sum: Int64 = 0
    for (index, byte) in block.enumerated() { sum += Field.checksum.contains(index) ? 0x20 : Int64(byte) }
    return sum
  }

  /// The block of a file or of pax records; nil if name or size do not fit into it.
  ///
  /// Owner 0, mode 0644, time 0: equal content gives equal bytes.
  func render() -> [UInt8]? {
    guard name.count <= Field.name.count, let size = TarNumber.octal(size, width: Field.size.count) else { return nil }
    var block = [UInt8](repeating: 0, count: Self.blockSize)
    func put(_ bytes: some Sequence<UInt8>, at field: Range<Int>) {
      for (index, byte) in zip(field, bytes) { block[index] = byte }
    }
    put(name, at: Field.name)
    put("0000644\0".utf8, at: Field.mode)
    put("0000000\0".utf8, at: Field.owner)
    put("0000000\0".utf8, at: Field.group)
    put(size, at: Field.size)
    put("00000000000\0".utf8, at: Field.time)
    block[Field.type] = kind == .paxRecords ? UInt8(ascii: "x") : UInt8(ascii: "0")
    put(Magic.posix, at: Field.magic)
    // Six digits, NUL, space: as all writers have it.
    put((TarNumber.octal(Self.checksum(of: block), width: 7) ?? []) + [UInt8(ascii: " ")], at: Field.checksum)
    return block
  }

  private enum Field {
    static let name = 0..<100
    static let mode = 100..<108
    static let owner = 108..<116
    static let group = 116..<124
    static let size = 124..<136
    static let time = 136..<148
    static let checksum = 148..<156
    static let type = 156
    static let target = 157..<257
    static let magic = 257..<265
    static let prefix = 345..<500
  }

  private enum Magic {
    static let posix = Array("ustar\u{0}00".utf8)
    static let gnu = Array("ustar  \u{0}".utf8)
  }
}
