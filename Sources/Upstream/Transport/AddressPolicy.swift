/// Which addresses a redirect or a token service named by an upstream may lead to: public ones only.
///
/// Otherwise a registry could make Berth fetch from the network that Berth stands in. Endpoints
/// and token origins of the configuration are not subject to it.
enum AddressPolicy {
  /// Why `address` is refused, in two words; nil if it is a public unicast address.
  static func objection(to address: IPAddress) -> String? {
    switch address {
    case .v4(let value): objection(toV4: value)
    case .v6(let high, let low): objection(toV6: high, low)
    }
  }

  /// RFC 6890 and the IANA special-purpose registry, IPv4.
  private static func objection(toV4 value: UInt32) -> String? {
    reserved4.first { value & mask($0.length) == $0.base }?.reason
  }

  private static func mask(_ length: UInt32) -> UInt32 { ~0 << (32 - length) }

  private static let reserved4: [(base: UInt32, length: UInt32, reason: String)] = [
    (0x0000_0000, 8, "unspecified address"),
    (0x0A00_0000, 8, "private address"),
    (0x6440_0000, 10, "shared address"),  // 100.64/10, carrier-grade NAT
    (0x7F00_0000, 8, "loopback address"),
    (0xA9FE_0000, 16, "link-local address"),  // cloud metadata services live here
    (0xAC10_0000, 12, "private address"),
    (0xC000_0000, 24, "reserved address"),
    (0xC000_0200, 24, "documentation address"),
    (0xC058_6300, 24, "reserved address"),  // 6to4 relay anycast
    (0xC0A8_0000, 16, "private address"),
    (0xC612_0000, 15, "benchmarking address"),
    (0xC633_6400, 24, "documentation address"),
    (0xCB00_7100, 24, "documentation address"),
    (0xE000_0000, 4, "multicast address"),
    (0xF000_0000, 4, "reserved address"),  // broadcast included
  ]

  /// RFC 6890 and the IANA special-purpose registry, IPv6. Forms that hold an IPv4 address are judged by it.
  private static func objection(toV6 high: UInt64, _ low: UInt64) -> String? {
    let low32 = UInt32(truncatingIfNeeded: low)
    switch (high, low) {
    case (0, 0): return "unspecified address"
    case (0, 1): return "loopback address"
    // ::ffff:0:0/96, IPv4-mapped, and ::/96, IPv4-compatible
    case (0, 0xFFFF_0000_0000...0xFFFF_FFFF_FFFF), (0, 0...0xFFFF_FFFF): return objection(toV4: low32)
    // ::ffff:0:0:0/96, IPv4-translated (RFC 2765)
    case (0, 0xFFFF_0000_0000_0000...0xFFFF_0000_FFFF_FFFF): return objection(toV4: low32)
    // 64:ff9b::/96, NAT64 (RFC 6052)
    case (0x0064_FF9B_0000_0000, 0...0xFFFF_FFFF): return objection(toV4: low32)
    default: break
    }
    // 2002::/16, 6to4 (RFC 3056): bytes 2 to 5 are the IPv4 address
    if high >> 48 == 0x2002 { return objection(toV4: UInt32(truncatingIfNeeded: high >> 16)) }
    if let row = reserved6.first(where: { high >> (64 - $0.length) == $0.base >> (64 - $0.length) }) {
      return row.reason
    }
    // All global unicast addresses given out so far are of 2000::/3 (RFC 4291 §2.4, IANA).
    return high >> 61 == 0b001 ? nil : "reserved address"
  }

  private static let reserved6: [(base: UInt64, length: UInt64, reason: String)] = [
    (0x0064_FF9B_0001_0000, 48, "private address"),  // NAT64 within a network (RFC 8215)
    (0x0100_0000_0000_0000, 64, "discard address"),
    (0x2001_0000_0000_0000, 32, "reserved address"),  // Teredo: hides an IPv4 address
    (0x2001_0002_0000_0000, 48, "benchmarking address"),
    (0x2001_0010_0000_0000, 28, "reserved address"),  // ORCHID
    (0x2001_0020_0000_0000, 28, "reserved address"),  // ORCHIDv2
    (0x2001_0DB8_0000_0000, 32, "documentation address"),
    (0x3FFF_0000_0000_0000, 20, "documentation address"),
    (0xFC00_0000_0000_0000, 7, "private address"),  // unique local
    (0xFE80_0000_0000_0000, 10, "link-local address"),
    (0xFEC0_0000_0000_0000, 10, "private address"),  // site-local, deprecated
    (0xFF00_0000_0000_0000, 8, "multicast address"),
  ]
}
