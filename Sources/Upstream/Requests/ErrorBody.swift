import OCI

/// What an upstream writes about a failure: the specification's error document, something like it, or plain text.
///
/// Read for people and for telling two rate limits apart; nothing else depends on it. Whatever it is, it parses.
struct ErrorBody: Hashable {
  /// One short printable line; nil if there is nothing worth showing.
  let message: String?
  /// How the answer begins for a reader, if it is HTML or plain text: somebody's who knows nothing of registries.
  let pageText: String?
  /// Whether it is the specification's error document (distribution-spec §Error Codes).
  let isOfRegistry: Bool
  /// Whether it is the error document of a storage service, to which a registry has led.
  let isOfStorage: Bool
  /// All that was said, for looking at, in lower case; at most a few kilobytes.
  private let text: String

  init(_ bytes: some Collection<UInt8>, limits: Limits) {
    let raw = String(decoding: bytes.prefix(4 << 10), as: UTF8.self)
    text = raw.lowercased()
    let document = try? StrictJSON.parse(Array(bytes), maxBytes: limits.maxErrorBodyBytes, limits: limits)
    let line = PrintableText.line(document.map(Self.message) ?? Self.plain(raw), maxLength: 200)
    message = line.isEmpty ? nil : line
    let start = text.drop { $0.isWhitespace }
    isOfRegistry = document?.object?["errors"]?.array?.isEmpty == false
    isOfStorage = start.hasPrefix("<?xml") && text.contains("<error>") || start.hasPrefix("<error>")
    // What begins as a document, and is cut short or broken, is no page either.
    let isDocument = document != nil || start.hasPrefix("{") || start.hasPrefix("[")
    let page = isDocument || isOfStorage ? "" : PageText.beginning(of: raw)
    pageText = page.isEmpty ? nil : page
  }

  /// `{"errors":[{"code","message"}]}` (distribution-spec §Error Codes), or what others write instead.
  private static func message(in document: JSONValue) -> String {
    let object = document.object
    if let first = object?["errors"]?.array?.first {
      let parts = [first.object?["code"]?.string, first.object?["message"]?.string ?? first.string]
      return parts.compactMap { $0 }.joined(separator: ": ")
    }
    return ["message", "details", "error_description", "error"].lazy.compactMap { object?[$0]?.string }.first ?? ""
  }

  /// Text as it stands, unless it is a page for a browser.
  private static func plain(_ text: String) -> String {
    text.drop { $0.isWhitespace }.hasPrefix("<") ? "" : text
  }

  /// Which of an upstream's limits a 429 is about. Docker Hub tells its allowance of pulls from its limit of requests
  /// (`HAP429`) in the text alone.
  var rateLimitKind: RateLimitKind {
    text.contains("pull rate limit") || text.contains("increase-rate-limit") ? .pulls : .requests
  }

  /// The wait that GHCR writes into its message: `retry-after: 880.092µs, allowed: 44000/minute`.
  var retryAfter: String? {
    guard let name = text.firstRange(of: "retry-after:") else { return nil }
    let value = text[name.upperBound...].drop { $0 == " " }.prefix { $0 != "," && $0 != "\"" && !$0.isWhitespace }
    return value.isEmpty ? nil : String(value)
  }
}
