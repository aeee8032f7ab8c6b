import Testing

@testable import Upstream

@Suite("Addresses that a redirect may lead to")
struct AddressPolicyTests {
  @Test(
    "Public addresses are allowed",
    arguments: [
      "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
      "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0",
      "198.17.255.255", "198.20.0.0", "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::200e", "2001:4860::8888",
      "64:ff9b::8.8.8.8", "2002:808:808::1", "::ffff:8.8.8.8",
    ]
  )
  func allowed(text: String) throws {
    #expect(AddressPolicy.objection(to: try #require(IPAddress(parsing: text))) == nil)
  }

  @Test(
    "All others are refused, and the reason is said",
    arguments: [
      ("0.0.0.0", "unspecified address"), ("0.255.255.255", "unspecified address"), ("10.0.0.1", "private address"),
      ("10.255.255.255", "private address"), ("100.64.0.0", "shared address"), ("100.127.255.255", "shared address"),
      ("127.0.0.1", "loopback address"), ("127.255.255.255", "loopback address"),
      ("169.254.169.254", "link-local address"), ("172.16.0.0", "private address"),
      ("172.31.255.255", "private address"), ("192.0.0.1", "reserved address"), ("192.0.2.1", "documentation address"),
      ("192.88.99.1", "reserved address"), ("192.168.0.1", "private address"), ("198.18.0.1", "benchmarking address"),
      ("198.51.100.1", "documentation address"), ("203.0.113.1", "documentation address"),
      ("224.0.0.1", "multicast address"), ("240.0.0.1", "reserved address"), ("255.255.255.255", "reserved address"),
      ("::", "unspecified address"), ("::1", "loopback address"), ("::ffff:127.0.0.1", "loopback address"),
      ("::ffff:10.0.0.1", "private address"), ("::10.0.0.1", "private address"), ("::7f00:1", "loopback address"),
      ("::ffff:0:127.0.0.1", "loopback address"), ("64:ff9b::a9fe:a9fe", "link-local address"),
      ("64:ff9b:1::1", "private address"), ("2002:7f00:1::", "loopback address"),
      ("2002:c0a8:101::1", "private address"), ("2001::1", "reserved address"),
      ("2001:db8::1", "documentation address"),
      ("2001:2::1", "benchmarking address"), ("2001:10::1", "reserved address"), ("2001:2f::1", "reserved address"),
      ("3fff::1", "documentation address"), ("fc00::1", "private address"), ("fdff::1", "private address"),
      ("fe80::1", "link-local address"), ("febf::1", "link-local address"), ("fec0::1", "private address"),
      ("ff02::1", "multicast address"), ("100::1", "discard address"), ("0:1::", "reserved address"),
    ]
  )
  func refused(text: String, reason: String) throws {
    #expect(AddressPolicy.objection(to: try #require(IPAddress(parsing: text))) == reason)
  }

  @Test("An address is written as it is read", arguments: ["192.0.2.1", "::1", "2001:db8::1", "fe80::1"])
  func roundTrips(text: String) { #expect(IPAddress(parsing: text)?.description == text) }

  @Test(
    "Short, octal and decimal forms are no addresses here; a resolver may still say what they mean",
    arguments: ["127.1", "2130706433", "0x7f.0.0.1", "localhost", "", "1.2.3.4.5", "fe80::1%lo"]
  )
  func notAddresses(text: String) { #expect(IPAddress(parsing: text) == nil) }
}
