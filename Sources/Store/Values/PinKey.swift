/// What content is pinned for: a tag's name, a pattern, whatever its owner calls it.
public struct PinKey: Hashable, Sendable, CustomStringConvertible {
  /// The key as text.
  public let description: String

  /// Longest key, in bytes: room for the longest repository and tag.
  public static let maxBytes = 1_024

  /// A key; nil if the text is empty, longer than ``maxBytes``, or holds a space or a control character.
  public init?(_ text: String) {
    guard (1...Self.maxBytes).contains(text.utf8.count), text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
      return nil
    }
    description = text
  }

  /// A key as it was recorded.
  init(recorded text: String) { description = text }
}
