@testable import Bundle

/// Tars made block by block, so that each field can lie.
enum TarText {
  /// A header with the right checksum, whatever else it says.
  static func header(
    _ name: String,
    type: Character = "0",
    size: String = "00000000000",
    target: String = "",
    magic: String = "ustar\u{0}00"
  ) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at offset: Int) {
      for (index, byte) in text.utf8.enumerated() { block[offset + index] = byte }
    }
    put(name, at: 0)
    put("0000644", at: 100)
    put(size, at: 124)
    put("        ", at: 148)
    put(String(type), at: 156)
    put(target, at: 157)
    put(magic, at: 257)
    return checked(block)
  }

  /// The block with its checksum set.
  static func checked(_ block: [UInt8]) -> [UInt8] {
    var block = block
    for index in 148..<156 { block[index] = UInt8(ascii: " ") }
    let sum = block.reduce(0) { $0 + Int($1) }
    let digits = String(sum, radix: 8)
    let text = String(repeating: "0", count: 6 - digits.count) + digits + "\u{0} "
    for (index, byte) in text.utf8.enumerated() { block[148 + index] = byte }
    return block
  }

  /// A whole entry.
  static func entry(_ name: String, _ body: String = "", type: Character = "0") -> [UInt8] {
    let digits = String(body.utf8.count, radix: 8)
    let size = String(repeating: "0", count: 11 - digits.count) + digits
    let padding = (512 - body.utf8.count % 512) % 512
    return header(name, type: type, size: size) + Array(body.utf8) + Array(repeating: 0, count: padding)
  }

  /// pax records about the next entry.
  static func pax(_ records: (String, String)...) -> [UInt8] {
    let text = records.map { keyword, value in
      let rest = " \(keyword)=\(value)\n"
      var length = rest.utf8.count + 1
      while String(length).utf8.count + rest.utf8.count != length { length += 1 }
      return "\(length)\(rest)"
    }
    return entry("pax", text.joined(), type: "x")
  }

  static let end = [UInt8](repeating: 0, count: 1_024)
}
