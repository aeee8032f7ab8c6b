/// Text with wildcards: `?` is one character but a slash, `*` any text without a slash, `**` any text.
///
/// Matching takes time in proportion to pattern times text, whatever they hold. Pure.
struct GlobPattern: Hashable, Sendable {
  private enum Token: Hashable {
    case byte(UInt8)
    case one
    case withinSegment
    case anything
  }

  private let tokens: [Token]

  init(_ text: some StringProtocol) {
    var tokens: [Token] = []
    for byte in text.utf8 {
      switch (byte, tokens.last) {
      case (UInt8(ascii: "*"), .withinSegment?), (UInt8(ascii: "*"), .anything?):
        tokens[tokens.count - 1] = .anything
      case (UInt8(ascii: "*"), _): tokens.append(.withinSegment)
      case (UInt8(ascii: "?"), _): tokens.append(.one)
      default: tokens.append(.byte(byte))
      }
    }
    self.tokens = tokens
  }

  /// The text before the first wildcard: whatever matches begins with it.
  var literalPrefix: String {
    var bytes: [UInt8] = []
    for token in tokens {
      guard case .byte(let byte) = token else { break }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether the whole text fits.
  func matches(_ text: some StringProtocol) -> Bool {
    // reached[i]: the text so far fits the first i tokens.
    var reached = [Bool](repeating: false, count: tokens.count + 1)
    reached[0] = true
    skipEmpty(&reached)
    for byte in text.utf8 {
      var next = [Bool](repeating: false, count: tokens.count + 1)
      for (index, token) in tokens.enumerated() where reached[index] {
        switch token {
        case .byte(let expected): if byte == expected { next[index + 1] = true }
        case .one: if byte != UInt8(ascii: "/") { next[index + 1] = true }
        case .withinSegment: if byte != UInt8(ascii: "/") { next[index] = true }
        case .anything: next[index] = true
        }
      }
      reached = next
      skipEmpty(&reached)
    }
    return reached[tokens.count]
  }

  /// Stars may stand for nothing.
  private func skipEmpty(_ reached: inout [Bool]) {
    for (index, token) in tokens.enumerated() where reached[index] && (token == .withinSegment || token == .anything) {
      reached[index + 1] = true
    }
  }
}
