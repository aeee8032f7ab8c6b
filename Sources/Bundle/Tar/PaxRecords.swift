import OCI

/// The records of a pax extension header: `"%d %s=%s\n"`, length, keyword, value (POSIX.1-2017, pax §Extended Header).
///
/// Name, size and link target count. Times, owners and extended attributes are passed over. A keyword that changes
/// what an entry's bytes are (holes), or how its name is to be read, is refused.
struct PaxRecords: Equatable {
  var path: [UInt8]?
  var size: Int64?
  var target: [UInt8]?

  init(path: [UInt8]? = nil, size: Int64? = nil, target: [UInt8]? = nil) {
    (self.path, self.size, self.target) = (path, size, target)
  }

  init(parsing bytes: [UInt8]) throws(TarError.Reason) {
    var rest = bytes[...]
    var seen: Set<[UInt8]> = []
    while !rest.isEmpty {
      let (keyword, value) = try Self.takeRecord(&rest)
      guard seen.insert(keyword).inserted else { throw .duplicate }
      try note(String(decoding: keyword, as: UTF8.self), value)
    }
  }

  private mutating func note(_ keyword: String, _ value: [UInt8]) throws(TarError.Reason) {
    switch keyword {
    case "path": path = value
    case "linkpath": target = value
    case "size":
      guard let number = Self.decimal(value[...]) else { throw .badNumber(field: "pax size") }
      size = number
    case "hdrcharset": throw .badExtension("names in another character set")
    default: if keyword.hasPrefix("GNU.sparse.") { throw .sparse }
    }
  }

  private static func takeRecord(
    _ rest: inout ArraySlice<UInt8>
  ) throws(TarError.Reason) -> (keyword: [UInt8], value: [UInt8]) {
    guard let space = rest.prefix(20).firstIndex(of: UInt8(ascii: " ")), let length = decimal(rest[..<space]),
      length <= rest.count, Int(length) > space - rest.startIndex + 1
    else { throw .badExtension("the length of a record") }
    let end = rest.startIndex + Int(length)
    let record = rest[(space + 1)..<end]
    guard record.last == UInt8(ascii: "\n"), let equals = record.firstIndex(of: UInt8(ascii: "=")),
      equals > record.startIndex
    else { throw .badExtension("a record without keyword and value") }
    rest = rest[end...]
    return (Array(record[..<equals]), Array(record[(equals + 1)...].dropLast()))
  }

  private static func decimal(_ digits: ArraySlice<UInt8>) -> Int64? {
    guard !digits.isEmpty, digits.allSatisfy(\.isDigit) else { return nil }
    return Int64(String(decoding: digits, as: UTF8.self))
  }

  /// The records as bytes, sorted by keyword.
  func render() -> [UInt8] {
    var bytes: [UInt8] = []
    if let target { bytes += Self.record("linkpath", target) }
    if let path { bytes += Self.record("path", path) }
    if let size { bytes += Self.record("size", Array(String(size).utf8)) }
    return bytes
  }

  /// The length counts its own digits too.
  private static func record(_ keyword: String, _ value: [UInt8]) -> [UInt8] {
    let body = Array(" \(keyword)=".utf8) + value + [UInt8(ascii: "\n")]
    var length = body.count + 1
    while length != body.count + String(length).utf8.count { length = body.count + String(length).utf8.count }
    return Array(String(length).utf8) + body
  }
}
