public import OCI

/// A pattern for repository names: `acme/*`, `acme/**`, `*/base`.
///
/// `*` stands for any run of characters within one segment, a segment that is `**` for any number of segments, none
/// included. All else stands for itself.
public struct RepositoryPattern: Sendable, Hashable {
  /// The pattern as written.
  public let description: String
  private let segments: [[UInt8]]

  /// Reads a pattern; nil if it is empty, longer than a name may be, or could match no name at all.
  public init?(parsing text: some StringProtocol) {
    let bytes = Array(text.utf8)
    let segments = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(Array.init)
    guard bytes.count <= RepositoryName.maxLength, segments.allSatisfy(Self.isSegment) else { return nil }
    description = String(text)
    self.segments = segments
  }

  private static func isSegment(_ segment: [UInt8]) -> Bool {
    if segment.isEmpty { return false }
    if segment == Array("**".utf8) { return true }
    return !segment.indices.dropLast().contains { segment[$0] == star && segment[$0 + 1] == star }
      && segment.allSatisfy { byte in
        byte.isLowerAlphanumeric || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
          || byte == star
      }
  }

  /// Whether `name` as a whole is described by the pattern.
  public func matches(_ name: RepositoryName) -> Bool {
    Self.matches(segments[...], name.components[...])
  }

  private static let star = UInt8(ascii: "*")

  private static func matches(_ pattern: ArraySlice<[UInt8]>, _ name: ArraySlice<Substring>) -> Bool {
    guard let segment = pattern.first else { return name.isEmpty }
    if segment == Array("**".utf8) {
      // What follows may begin at any of the remaining segments. Names have few, so that trying each is cheap.
      return name.indices.contains { matches(pattern.dropFirst(), name[$0...]) }
        || matches(pattern.dropFirst(), name[name.endIndex...])
    }
    guard let component = name.first, matchesGlob(segment, Array(component.utf8)) else { return false }
    return matches(pattern.dropFirst(), name.dropFirst())
  }

  /// One segment: on a mismatch the last star takes one more byte. Linear in practice, quadratic at worst.
  private static func matchesGlob(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
    var (inPattern, inText) = (0, 0)
    var lastStar: (pattern: Int, text: Int)?
    while inText < text.count {
      if inPattern < pattern.count, pattern[inPattern] == star {
        lastStar = (inPattern, inText)
        inPattern += 1
      } else if inPattern < pattern.count, pattern[inPattern] == text[inText] {
        inPattern += 1
        inText += 1
      } else if let retry = lastStar {
        lastStar = (retry.pattern, retry.text + 1)
        (inPattern, inText) = (retry.pattern + 1, retry.text + 1)
      } else {
        return false
      }
    }
    return pattern[inPattern...].allSatisfy { $0 == star }
  }
}

extension RepositoryPattern: CustomStringConvertible {}
