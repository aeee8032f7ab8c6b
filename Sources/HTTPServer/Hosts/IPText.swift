import Glibc

/// IP addresses as text.
enum IPText {
  static func isVersion4(_ text: String) -> Bool {
    var address: UInt32 = 0
    return inet_pton(AF_INET, text, &address) == 1
  }

  static func isVersion6(_ text: String) -> Bool {
    var address: (UInt64, UInt64) = (0, 0)
    // A zone (RFC 6874) is of no concern here.
    return inet_pton(AF_INET6, String(text.prefix { $0 != "%" }), &address) == 1
  }
}
