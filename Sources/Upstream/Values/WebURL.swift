import OCI

/// An `http` or `https` URL as far as this module needs one (RFC 3986), strict about the authority.
///
/// The host is restricted to characters that no other parser can read differently: what is checked here is what the
/// HTTP client connects to. There is no user name, no fragment, and every byte of path and query is legal in a URL. What
/// divides it is looked for among bytes: with a combining mark behind it, a `?` is part of another `Character`.
struct WebURL: Hashable, Sendable {
  /// Scheme, host and port.
  let origin: Origin
  /// The path; begins with a slash.
  let path: String
  /// What stands behind the question mark; nil if there is none.
  let query: String?

  /// Longest URL that is read. Signed URLs of storage services take up to two or three kilobytes.
  static let maxLength = 8 << 10

  /// A URL on `origin`. Bytes of path and query that are not legal in a URL are percent-encoded.
  init(origin: Origin, path: String, query: String? = nil) {
    self.origin = origin
    self.path = Self.encoding(path.isEmpty ? "/" : path[...])
    self.query = query.map { Self.encoding($0[...]) }
  }

  /// Reads an absolute URL; a fragment is dropped. Nil if it is anything else, or too long.
  init?(parsing text: some StringProtocol) {
    guard text.utf8.count <= Self.maxLength, let scheme = Self.scheme(of: text) else { return nil }
    let rest = text.utf8.dropFirst(scheme.rawValue.utf8.count + 3)
    let authorityEnd = rest.firstIndex(where: Self.endsAuthority) ?? rest.endIndex
    guard let origin = Self.origin(scheme, authority: text[rest.startIndex..<authorityEnd]) else { return nil }
    self.init(origin: origin, pathQueryFragment: String(text[authorityEnd...]))
  }

  private init(origin: Origin, pathQueryFragment text: String) {
    let bytes = text.utf8.prefix { $0 != UInt8(ascii: "#") }
    let mark = bytes.firstIndex(of: UInt8(ascii: "?"))
    self.init(
      origin: origin,
      path: String(text[..<(mark ?? bytes.endIndex)]),
      query: mark.map { String(text[bytes.index(after: $0)..<bytes.endIndex]) }
    )
  }

  /// The URL that `reference` means where this one is the base (RFC 3986 §5.2): absolute, without a scheme, with an
  /// absolute path, a query only, or relative to the last slash. Nil if it cannot be read.
  func resolving(_ reference: String) -> WebURL? {
    if let absolute = WebURL(parsing: reference) { return absolute }
    guard reference.utf8.count <= Self.maxLength, !Self.hasScheme(reference) else { return nil }
    if reference.utf8.starts(with: "//".utf8) { return WebURL(parsing: "\(origin.scheme.rawValue):\(reference)") }
    if reference.utf8.starts(with: "/".utf8) { return WebURL(origin: origin, pathQueryFragment: reference) }
    if reference.utf8.starts(with: "?".utf8) { return WebURL(origin: origin, pathQueryFragment: path + reference) }
    guard let first = reference.utf8.first, first != UInt8(ascii: "#"), let slash = path.lastIndex(of: "/") else {
      return nil
    }
    return WebURL(origin: origin, pathQueryFragment: path[...slash] + reference)
  }

  /// The whole URL, as handed to the HTTP client. It may hold a signature: it goes into no log and no error.
  var text: String { origin.description + path + (query.map { "?\($0)" } ?? "") }

  /// Adds parameters behind those that the URL has, names and values percent-encoded.
  func appendingQuery(_ items: [(String, String)]) -> WebURL {
    let parts = [query ?? "", Self.encodingForm(items)].filter { !$0.isEmpty }
    return WebURL(origin: origin, path: path, query: parts.isEmpty ? query : parts.joined(separator: "&"))
  }
}

extension WebURL {
  private static func scheme(of text: some StringProtocol) -> Origin.Scheme? {
    let start = String(decoding: text.utf8.prefix(8), as: UTF8.self).lowercased()
    if start == "https://" { return .https }
    return start.utf8.starts(with: "http://".utf8) ? .http : nil
  }

  /// Whether a reference begins with `name:`, which would make it absolute.
  private static func hasScheme(_ reference: String) -> Bool {
    guard let colon = reference.utf8.firstIndex(of: UInt8(ascii: ":")) else { return false }
    return !reference.utf8[..<colon].contains(where: endsAuthority)
  }

  private static func endsAuthority(_ byte: UInt8) -> Bool { "/?#".utf8.contains(byte) }

  private static func origin(_ scheme: Origin.Scheme, authority: some StringProtocol) -> Origin? {
    // The Kelvin sign is a small k when it is lowercased.
    guard authority.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
    let text = authority.lowercased()
    let (host, portText): (Substring, Substring)
    if text.hasPrefix("[") {
      guard let bracket = text.firstIndex(of: "]") else { return nil }
      host = text[text.index(after: text.startIndex)..<bracket]
      portText = text[text.index(after: bracket)...]
      guard let address = IPAddress(parsing: host), case .v6 = address else { return nil }
    } else {
      let colon = text.firstIndex(of: ":") ?? text.endIndex
      (host, portText) = (text[..<colon], text[colon...])
      guard isHostName(host) else { return nil }
    }
    guard let port = port(portText, scheme) else { return nil }
    return Origin(scheme: scheme, host: String(host), port: port)
  }

  /// Letters, digits, hyphen, underscore and dot; no empty label, save one behind a final dot.
  private static func isHostName(_ host: Substring) -> Bool {
    guard !host.isEmpty, host.utf8.count <= 255, host.first != "." else { return false }
    guard !host.contains("..") else { return false }
    return host.utf8.allSatisfy { byte in
      byte.isLowerAlphanumeric || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
    }
  }

  private static func port(_ text: Substring, _ scheme: Origin.Scheme) -> Int? {
    if text.isEmpty { return scheme.defaultPort }
    let digits = text.dropFirst()
    guard text.first == ":", digits.utf8.count <= 5, digits.utf8.allSatisfy(\.isDigit) else { return nil }
    if digits.isEmpty { return scheme.defaultPort }
    guard let port = Int(digits), (1...65_535).contains(port) else { return nil }
    return port
  }
}

extension WebURL {
  /// Percent-encodes what may not stand in a path or query, and a `%` that begins no escape. The rest stays, byte for
  /// byte: a signature may cover it.
  private static func encoding(_ text: Substring) -> String {
    let bytes = Array(text.utf8)
    var encoded: [UInt8] = []
    encoded.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      let isEscape =
        byte == UInt8(ascii: "%") && index + 2 < bytes.count
        && bytes[index + 1].hexValue != nil && bytes[index + 2].hexValue != nil
      if isEscape || isLegal(byte) { encoded.append(byte) } else { appendEscape(of: byte, to: &encoded) }
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  /// A form as it is posted (WHATWG URL §5.1), spaces as `%20`.
  static func encodingForm(_ items: [(String, String)]) -> String {
    items.map { "\(PercentCoding.encode($0))=\(PercentCoding.encode($1))" }.joined(separator: "&")
  }

  private static func appendEscape(of byte: UInt8, to encoded: inout [UInt8]) {
    let digits = Array("0123456789ABCDEF".utf8)
    encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
  }

  private static func isLegal(_ byte: UInt8) -> Bool { byte.isUnreserved || "!$&'()*+,;=:@/?".utf8.contains(byte) }
}
