import Glibc

/// An IP address as bits. One of IPv4 that is mapped into IPv6 is the IPv4 address (RFC 4291 §2.5.5.2).
public struct NetworkAddress: Hashable, Sendable {
  /// 32 or 128.
  public let bitCount: Int
  private let bits: UInt128

  /// An IPv4 address, its first byte the most significant.
  public init(ipv4: UInt32) { (bitCount, bits) = (32, UInt128(ipv4)) }

  /// An IPv6 address, its first byte the most significant.
  public init(ipv6: UInt128) {
    (bitCount, bits) = ipv6 >> 32 == 0xffff ? (32, ipv6 & 0xffff_ffff) : (128, ipv6)
  }

  /// Reads an address without zone, brackets or port; nil for anything else.
  public init?(parsing text: some StringProtocol) {
    let text = String(text)
    var four = in_addr()
    var six = in6_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      self.init(ipv4: UInt32(bigEndian: four.s_addr))
    } else if inet_pton(AF_INET6, text, &six) == 1 {
      self.init(ipv6: withUnsafeBytes(of: six) { $0.reduce(0) { $0 << 8 | UInt128($1) } })
    } else {
      return nil
    }
  }

  /// The address whose bits behind the first `length` are 0.
  func masked(to length: Int) -> NetworkAddress {
    let dropped = max(0, bitCount - length)
    let kept = dropped >= 128 ? 0 : (bits >> dropped) << dropped
    return bitCount == 32 ? NetworkAddress(ipv4: UInt32(truncatingIfNeeded: kept)) : NetworkAddress(unmapped: kept)
  }

  private init(unmapped bits: UInt128) { (bitCount, self.bits) = (128, bits) }
}

extension NetworkAddress: CustomStringConvertible {
  /// As inet_ntop(3) writes it.
  public var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let size = socklen_t(text.count)
    if bitCount == 32 {
      var four = in_addr(s_addr: UInt32(truncatingIfNeeded: bits).bigEndian)
      inet_ntop(AF_INET, &four, &text, size)
    } else {
      var six = in6_addr()
      withUnsafeMutableBytes(of: &six) { bytes in
        for index in 0..<16 { bytes[index] = UInt8(truncatingIfNeeded: bits >> (8 * (15 - index))) }
      }
      inet_ntop(AF_INET6, &six, &text, size)
    }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
