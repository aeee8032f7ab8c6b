import Access
import NIOHTTP1

/// The header fields that proxies add to the requests that they pass on.
enum ForwardingFields {
  /// What they say; looked through for each request, and without them nothing is made.
  static func report(in headers: HTTPHeaders) -> TrustedProxies.Report {
    var namesProxy = false
    for (name, _) in headers where isAdded(name.utf8) {
      namesProxy = true
      break
    }
    guard namesProxy else { return TrustedProxies.Report(forwardedFor: [], namesProxy: false) }
    return TrustedProxies.Report(forwardedFor: headers["x-forwarded-for"], namesProxy: true)
  }

  private static func isAdded(_ name: String.UTF8View) -> Bool {
    switch (name.first ?? 0) | 0x20 {
    case UInt8(ascii: "x"): begins(name, with: "x-forwarded") || equals(name, "x-real-ip")
    case UInt8(ascii: "f"): equals(name, "forwarded")
    case UInt8(ascii: "v"): equals(name, "via")
    default: false
    }
  }

  private static func equals(_ name: String.UTF8View, _ field: StaticString) -> Bool {
    name.count == field.utf8CodeUnitCount && begins(name, with: field)
  }

  private static func begins(_ name: String.UTF8View, with field: StaticString) -> Bool {
    field.withUTF8Buffer { field in
      var count = 0
      for (byte, expected) in zip(name, field) {
        // Letters in lower case; `-` has that bit already.
        guard byte | 0x20 == expected else { return false }
        count += 1
      }
      return count == field.count
    }
  }
}
