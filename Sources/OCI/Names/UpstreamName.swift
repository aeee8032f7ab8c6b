/// The name by which a registry is known: `docker.io`, `registry.example:5000`, `[::1]:5000`.
///
/// A key to look up, in lower case; it says nothing about where Berth connects to.
public struct UpstreamName: Hashable, Sendable {
  /// The name as text: lower-case ASCII, 1 to 255 bytes.
  public let description: String

  /// Longest name, in bytes: that of a domain name.
  public static let maxLength = 255

  /// Reads `host`, `host:port`, `[IPv6]` or `[IPv6]:port`; letters of either case.
  ///
  /// A host is labels of letters, digits and inner hyphens (RFC 1123 §2.1), 63 bytes each at most.
  ///
  /// - Throws: `OCIError.invalidUpstreamName`.
  public init(parsing text: some StringProtocol) throws(OCIError) {
    let bytes = text.utf8.prefix(Self.maxLength + 1).map(\.lowercasedASCII)
    guard bytes.count <= Self.maxLength, Self.isValid(bytes[...]) else {
      throw .invalidUpstreamName(PrintableText.excerpt(text))
    }
    description = String(decoding: bytes, as: UTF8.self)
  }

  private static func isValid(_ name: ArraySlice<UInt8>) -> Bool {
    if name.first == UInt8(ascii: "[") {
      guard let bracket = name.firstIndex(of: UInt8(ascii: "]")) else { return false }
      return isIPv6(name[(name.startIndex + 1)..<bracket]) && isPortSuffix(name[(bracket + 1)...])
    }
    let colon = name.firstIndex(of: UInt8(ascii: ":")) ?? name.endIndex
    return isHost(name[..<colon]) && isPortSuffix(name[colon...])
  }

  private static func isHost(_ host: ArraySlice<UInt8>) -> Bool {
    host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
      guard let first = label.first, let last = label.last, label.count <= 63 else { return false }
      return first.isLowerAlphanumeric && last.isLowerAlphanumeric
        && label.allSatisfy { $0.isLowerAlphanumeric || $0 == UInt8(ascii: "-") }
    }
  }

  private static func isPortSuffix(_ suffix: ArraySlice<UInt8>) -> Bool {
    if suffix.isEmpty { return true }
    let digits = suffix.dropFirst()
    guard suffix.first == UInt8(ascii: ":"), digits.count <= 5, digits.first != UInt8(ascii: "0"),
      let port = digits.saturatingDecimal
    else { return false }
    return port <= 65_535
  }

  /// RFC 4291 §2.2: eight groups of up to four hex digits, one run of zeros written `::`. Dotted tails are refused:
  /// they are a second spelling of the same address.
  private static func isIPv6(_ address: ArraySlice<UInt8>) -> Bool {
    let groups = address.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    let filled = groups.filter { !$0.isEmpty }
    guard filled.allSatisfy({ group in group.count <= 4 && group.allSatisfy { $0.hexValue != nil } }) else {
      return false
    }
    // `::` leaves one empty group inside, two at an end, three if it stands alone.
    let empty = groups.indices.filter { groups[$0].isEmpty }
    switch (groups.first?.isEmpty ?? true, groups.last?.isEmpty ?? true) {
    case (false, false): return empty.isEmpty ? filled.count == 8 : empty.count == 1 && filled.count <= 7
    case (true, false): return empty == [0, 1] && filled.count <= 7
    case (false, true): return empty == [groups.count - 2, groups.count - 1] && filled.count <= 7
    case (true, true): return groups.count == 3 && filled.isEmpty
    }
  }
}

extension UpstreamName: Comparable, CustomStringConvertible {
  /// Bytewise order.
  public static func < (left: UpstreamName, right: UpstreamName) -> Bool { left.description < right.description }
}
