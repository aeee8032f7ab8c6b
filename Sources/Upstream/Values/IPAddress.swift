import Glibc

/// An IPv4 or IPv6 address as bytes in network order.
enum IPAddress: Hashable, Sendable {
  /// Four bytes, the first the most significant.
  case v4(UInt32)
  /// Sixteen bytes as two halves, the first the most significant.
  case v6(high: UInt64, low: UInt64)

  /// Reads the one full form of an IPv4 address (`192.0.2.1`) or any form of an IPv6 address without zone.
  init?(parsing text: some StringProtocol) {
    let text = String(text)
    var bytes = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, text, &bytes) == 1 {
      self = bytes.withUnsafeBytes { Self(v4: $0, at: 0) }
    } else if inet_pton(AF_INET6, text, &bytes) == 1 {
      self = bytes.withUnsafeBytes { Self(v6: $0, at: 0) }
    } else {
      return nil
    }
  }

  /// The address in a socket's address; nil for another family.
  init?(_ address: UnsafePointer<sockaddr>, family: Int32) {
    // As bytes (netinet/in.h): which module the members of these structures belong to depends on the order in which others
    // are loaded.
    switch family {
    case AF_INET: self.init(v4: UnsafeRawBufferPointer(start: address, count: 8), at: 4)
    case AF_INET6: self.init(v6: UnsafeRawBufferPointer(start: address, count: 24), at: 8)
    default: return nil
    }
  }

  private init(v4 bytes: UnsafeRawBufferPointer, at offset: Int) {
    self = .v4(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
  }

  private init(v6 bytes: UnsafeRawBufferPointer, at offset: Int) {
    self = .v6(
      high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)),
      low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
    )
  }
}

extension IPAddress {
  /// 32 or 128.
  var bitCount: Int {
    switch self {
    case .v4: 32
    case .v6: 128
    }
  }

  /// The bytes in network order, as certificates have them.
  var bytes: [UInt8] {
    switch self {
    case .v4(let value): Self.bytes(of: value)
    case .v6(let high, let low): Self.bytes(of: high) + Self.bytes(of: low)
    }
  }

  /// Whether both are of one kind and agree in their first `length` bits.
  func shares(_ length: Int, bitsWith other: IPAddress) -> Bool {
    switch (self, other) {
    case (.v4(let one), .v4(let two)): (one ^ two).leadingZeroBitCount >= length
    case (.v6(let high1, let low1), .v6(let high2, let low2)):
      high1 == high2
        ? 64 + (low1 ^ low2).leadingZeroBitCount >= length : (high1 ^ high2).leadingZeroBitCount >= length
    case (.v4, .v6), (.v6, .v4): false
    }
  }

  private static func bytes(of value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }
}

extension IPAddress: CustomStringConvertible {
  /// The address in its usual text form, IPv6 without brackets.
  var description: String {
    var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    switch self {
    case .v4(let value):
      var address = value.bigEndian
      inet_ntop(AF_INET, &address, &buffer, socklen_t(buffer.count))
    case .v6(let high, let low):
      var halves = (high.bigEndian, low.bigEndian)
      inet_ntop(AF_INET6, &halves, &buffer, socklen_t(buffer.count))
    }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
