import Glibc
import OCI

/// Reads the names under `tags` out of a list of tags, piece by piece as it arrives (distribution-spec §Listing Tags).
///
/// Whatever else stands in the document is skipped and costs no memory: Google's registries describe every manifest there.
/// That it is JSON, with one meaning of `tags`, is checked all the same. What is no name in `tags` is left out.
struct TagListScanner {
  private enum State: Equatable {
    /// Before a value; before the first element of an array, which may have none.
    case value, firstElement
    /// Before a member's name; before the first one of an object, which may have none.
    case key, firstKey
    /// Behind a member's name; behind a value.
    case colon, afterValue
    /// Within a string, behind its backslash, within the digits of `\u`.
    case text, escape
    case hex(digitsLeft: Int, value: UInt32)
    /// Within a number or `true`, `false`, `null`.
    case scalar
    /// Behind the document.
    case end
  }

  private enum Container { case object, array }

  /// Longer than any tag and any member's name that means something here: the rest of a string is not kept.
  private static let maxKept = 129

  /// Longest string that is passed over, in bytes: what is longer is no registry's list, however it goes on.
  private static let maxTextBytes: Int64 = 1 << 20

  private let maxDepth: Int
  private var state = State.value
  private var open: [Container] = []
  private var offset: Int64 = 0
  /// Where the string begins that is being read.
  private var textStart: Int64 = 0
  /// The beginning of the string or scalar that is being read.
  private var kept: [UInt8] = []
  private var isKey = false
  /// Whether the member that is being read is `tags` of the outermost object.
  private var isTags = false
  private var hasTags = false
  private var hasName = false
  private var names: [String] = []

  init(limits: Limits) { maxDepth = limits.maxJSONDepth }

  /// Reads on.
  ///
  /// - Returns: the names that have become complete.
  /// - Throws: `protocolViolation` if this is no list of tags.
  mutating func take(_ piece: [UInt8]) throws(UpstreamFailure) -> [String] {
    var place = 0
    while place < piece.count {
      if state == .text {
        let end = Self.endOfPlainText(piece, from: place)
        kept += piece[place..<min(end, place + Self.maxKept - kept.count)]
        offset += Int64(end - place)
        place = end
        guard offset - textStart <= Self.maxTextBytes else { throw wrong("a string in it is longer than any") }
        if place == piece.count { break }
      }
      try step(piece[place])
      place += 1
      offset += 1
    }
    defer { names.removeAll(keepingCapacity: true) }
    return names
  }

  /// The body has ended. A repository without tags has `null` there in some registries, or no `tags` at all.
  func finish() throws(UpstreamFailure) {
    guard state == .end else { throw wrong("it ends early") }
    guard hasTags || hasName else { throw wrong("it has no tags") }
  }

  /// Where a string ends or has an escape; most of a long list is text, which is passed over at once.
  private static func endOfPlainText(_ piece: [UInt8], from start: Int) -> Int {
    piece.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return start }
      let rest = base + start
      let quote = memchr(rest, Int32(UInt8(ascii: "\"")), bytes.count - start).map {
        $0 - UnsafeMutableRawPointer(mutating: rest)
      }
      let length = quote ?? bytes.count - start
      let escape = memchr(rest, Int32(UInt8(ascii: "\\")), length).map { $0 - UnsafeMutableRawPointer(mutating: rest) }
      return start + (escape ?? length)
    }
  }

  private mutating func step(_ byte: UInt8) throws(UpstreamFailure) {
    switch state {
    case .text: try readText(byte)
    case .escape: try readEscape(byte)
    case .hex(let left, let value): try readHex(byte, left, value)
    case .scalar where !Self.isDelimiter(byte): try readScalar(byte)
    case .scalar:
      try endScalar()
      if !Self.isWhitespace(byte) { try readStructure(byte) }
    case .value, .firstElement, .key, .firstKey, .colon, .afterValue, .end:
      if !Self.isWhitespace(byte) { try readStructure(byte) }
    }
  }

  private func wrong(_ reason: String) -> UpstreamFailure {
    .protocolViolation("list of tags: \(reason), at byte \(offset)")
  }
}

// MARK: Structure

extension TagListScanner {
  private mutating func readStructure(_ byte: UInt8) throws(UpstreamFailure) {
    switch (state, byte) {
    case (.value, UInt8(ascii: "{")), (.firstElement, UInt8(ascii: "{")): try begin(.object)
    case (.value, UInt8(ascii: "[")), (.firstElement, UInt8(ascii: "[")): try begin(.array)
    case (.firstElement, UInt8(ascii: "]")), (.afterValue, UInt8(ascii: "]")): try end(.array)
    case (.firstKey, UInt8(ascii: "}")), (.afterValue, UInt8(ascii: "}")): try end(.object)
    case (.value, UInt8(ascii: "\"")), (.firstElement, UInt8(ascii: "\"")): try beginText(isKey: false)
    case (.key, UInt8(ascii: "\"")), (.firstKey, UInt8(ascii: "\"")): try beginText(isKey: true)
    case (.colon, UInt8(ascii: ":")): state = .value
    case (.afterValue, UInt8(ascii: ",")): state = open.last == .object ? .key : .value
    case (.value, _), (.firstElement, _):
      guard !open.isEmpty else { throw wrong("it is no JSON object") }
      kept.removeAll(keepingCapacity: true)
      state = .scalar
      try readScalar(byte)
    default: throw wrong("it is not JSON")
    }
  }

  private mutating func begin(_ container: Container) throws(UpstreamFailure) {
    guard !open.isEmpty || container == .object else { throw wrong("it is no JSON object") }
    guard !(isTagsItself && container == .object) else { throw wrong("its tags are no list") }
    guard open.count < maxDepth else { throw wrong("it is nested too deeply") }
    open.append(container)
    state = container == .object ? .firstKey : .firstElement
  }

  private mutating func end(_ container: Container) throws(UpstreamFailure) {
    guard open.popLast() == container else { throw wrong("it is not JSON") }
    endValue()
  }

  private mutating func endValue() {
    if open.count == 1 { isTags = false }
    state = open.isEmpty ? .end : .afterValue
  }

  /// Whether the value that begins here is that of `tags`.
  private var isTagsItself: Bool { isTags && open.count == 1 }

  private static func isWhitespace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }

  private static func isDelimiter(_ byte: UInt8) -> Bool {
    isWhitespace(byte) || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}")
  }
}

// MARK: Values

extension TagListScanner {
  private mutating func beginText(isKey: Bool) throws(UpstreamFailure) {
    guard !open.isEmpty else { throw wrong("it is no JSON object") }
    guard isKey || !isTagsItself else { throw wrong("its tags are no list") }
    self.isKey = isKey
    kept.removeAll(keepingCapacity: true)
    textStart = offset
    state = .text
  }

  /// What stands for itself has been passed over before.
  private mutating func readText(_ byte: UInt8) throws(UpstreamFailure) {
    switch byte {
    case UInt8(ascii: "\""): try endText()
    case UInt8(ascii: "\\"): state = .escape
    default: keep(byte)
    }
  }

  private mutating func readEscape(_ byte: UInt8) throws(UpstreamFailure) {
    state = .text
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): keep(byte)
    // None of these can stand in a tag: a space says so as well as they would.
    case UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"): keep(0x20)
    case UInt8(ascii: "u"): state = .hex(digitsLeft: 4, value: 0)
    default: throw wrong("a string has an unknown escape")
    }
  }

  private mutating func readHex(_ byte: UInt8, _ left: Int, _ value: UInt32) throws(UpstreamFailure) {
    guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw wrong("a string has a bad escape") }
    let value = value << 4 | UInt32(digit)
    guard left == 1 else { return state = .hex(digitsLeft: left - 1, value: value) }
    keep(UInt8(exactly: value) ?? 0xFF)
    state = .text
  }

  private mutating func keep(_ byte: UInt8) {
    if kept.count < Self.maxKept { kept.append(byte) }
  }

  private mutating func endText() throws(UpstreamFailure) {
    let text = String(decoding: kept, as: UTF8.self)
    guard isKey else {
      if isTags, open.count == 2 { names.append(text) }
      return endValue()
    }
    state = .colon
    guard open.count == 1 else { return }
    hasName = hasName || text == "name"
    guard text == "tags" else { return }
    guard !hasTags else { throw wrong("it has tags twice") }
    (hasTags, isTags) = (true, true)
  }

  /// A number is looked at byte by byte only: none means anything here.
  private mutating func readScalar(_ byte: UInt8) throws(UpstreamFailure) {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"),
      UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "E"):
      keep(byte)
    default: throw wrong("it is not JSON")
    }
  }

  private mutating func endScalar() throws(UpstreamFailure) {
    let text = String(decoding: kept, as: UTF8.self)
    let isNumber = text.allSatisfy { $0.isNumber || "-+.eE".contains($0) } && text.contains(where: \.isNumber)
    guard isNumber || ["null", "true", "false"].contains(text) else { throw wrong("it is not JSON") }
    guard !isTagsItself || text == "null" else { throw wrong("its tags are no list") }
    endValue()
  }
}
