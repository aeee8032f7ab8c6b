import Glibc

/// IP addresses as text.
enum IPText {
  static func isVersion4(_ text: String) -> Bool {
    var address = in_addr()
    return inet_pton(AF_INET, text, &address) == 1
  }

  static func isVersion6(_ text: String) -> Bool {
    var address = in6_addr()
    // A zone (RFC 6874) is of no concern here.
    return inet_pton(AF_INET6, String(text.prefix { $0 != "%" }), &address) == 1
  }
}
