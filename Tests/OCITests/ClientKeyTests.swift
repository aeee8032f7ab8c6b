import OCI
import Testing

/// Which clients share what is short, and which are told apart.
@Suite struct ClientKeyTests {
  @Test(
    arguments: [
      // 2001:db8::1 and its neighbour in the same /64.
      (0x2001_0db8_0000_0000, 1, ClientKey.Address.ipv6Prefix(0x2001_0db8_0000_0000)),
      (0x2001_0db8_0000_0000, 2, .ipv6Prefix(0x2001_0db8_0000_0000)),
      (0x2001_0db8_0000_0001, 1, .ipv6Prefix(0x2001_0db8_0000_0001)),
      // ::ffff:192.0.2.1
      (0, 0x0000_ffff_c000_0201, .ipv4(0xc000_0201)),
      // ::1 is no mapped address.
      (0, 1, .ipv6Prefix(0)),
      (0, 0x0001_ffff_c000_0201, .ipv6Prefix(0)),
    ] as [(UInt64, UInt64, ClientKey.Address)]
  )
  func ofIPv6TheFirstHalfCountsButOfAMappedAddressAll(high: UInt64, low: UInt64, address: ClientKey.Address) {
    #expect(ClientKey.Address(ipv6High: high, low: low) == address)
  }

  @Test func connectionsOfOneAddressAreToldApart() {
    let first = ClientKey.next(at: .ipv4(1))
    let second = ClientKey.next(at: .ipv4(1))
    #expect(first != second)
    #expect(first.address == second.address)
  }
}
