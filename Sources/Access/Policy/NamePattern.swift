/// A pattern for names with slashes: `docker.io/**`, `acme/*`, `ci:acme/*`.
///
/// `*` stands for any run of characters but a slash, `**` as a whole segment for any number of segments, none included: `acme/**`
/// is `acme` and all below it. All else stands for itself. Matching takes time in proportion to pattern times name.
public struct NamePattern: Hashable, Sendable, CustomStringConvertible {
  /// Longest pattern, in bytes.
  public static let maxBytes = 512

  /// The pattern as written.
  public let description: String
  private let segments: [Segment]

  private enum Segment: Hashable, Sendable {
    case literal([UInt8])
    case glob([UInt8])
    case anySegments
  }

  /// Reads a pattern; nil if it is empty, too long, has an empty segment, or two stars beside anything else.
  ///
  /// - Parameter allowsEmptySegments: for names that are URLs: `cert:spiffe://acme.example/*`.
  public init?(parsing text: some StringProtocol, allowsEmptySegments: Bool = false) {
    let bytes = Array(text.utf8)
    guard (1...Self.maxBytes).contains(bytes.count) else { return nil }
    var segments: [Segment] = []
    for segment in bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      guard allowsEmptySegments || !segment.isEmpty, let segment = Self.segment(Array(segment)) else { return nil }
      segments.append(segment)
    }
    description = String(text)
    self.segments = segments
  }

  /// `**`: every name.
  static let everything = NamePattern(description: "**", segments: [.anySegments])

  private init(description: String, segments: [Segment]) {
    (self.description, self.segments) = (description, segments)
  }

  private static func segment(_ bytes: [UInt8]) -> Segment? {
    if bytes == [star, star] { return .anySegments }
    guard bytes.contains(star) else { return .literal(bytes) }
    let hasTwo = bytes.indices.dropLast().contains { bytes[$0] == star && bytes[$0 + 1] == star }
    return hasTwo ? nil : .glob(bytes)
  }

  private static let star = UInt8(ascii: "*")

  /// Whether the name as a whole is described by the pattern.
  public func matches(_ name: some StringProtocol) -> Bool {
    let parts = Array(name.utf8).split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    // reached[i]: the parts so far fit the first i segments.
    var reached = [Bool](repeating: false, count: segments.count + 1)
    reached[0] = true
    skipEmpty(&reached)
    for part in parts {
      var next = [Bool](repeating: false, count: segments.count + 1)
      for (index, segment) in segments.enumerated() where reached[index] {
        switch segment {
        case .anySegments: next[index] = true
        case .literal(let bytes): if part.elementsEqual(bytes) { next[index + 1] = true }
        case .glob(let bytes): if Self.fits(part, bytes) { next[index + 1] = true }
        }
      }
      skipEmpty(&next)
      reached = next
    }
    return reached[segments.count]
  }

  private func skipEmpty(_ reached: inout [Bool]) {
    for (index, segment) in segments.enumerated() where reached[index] && segment == .anySegments {
      reached[index + 1] = true
    }
  }

  /// One segment: on a mismatch the last star takes one more byte.
  private static func fits(_ text: ArraySlice<UInt8>, _ pattern: [UInt8]) -> Bool {
    var (inPattern, inText) = (0, text.startIndex)
    var retry: (pattern: Int, text: Int)?
    while inText < text.endIndex {
      if inPattern < pattern.count, pattern[inPattern] == star {
        retry = (inPattern + 1, inText)
        inPattern += 1
      } else if inPattern < pattern.count, pattern[inPattern] == text[inText] {
        inPattern += 1
        inText += 1
      } else if let last = retry {
        retry = (last.pattern, last.text + 1)
        (inPattern, inText) = (last.pattern, last.text + 1)
      } else {
        return false
      }
    }
    return pattern[inPattern...].allSatisfy { $0 == star }
  }
}
