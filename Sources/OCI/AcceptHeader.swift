/// The media types that a client says it takes (RFC 9110 §12.5.1).
///
/// Weights are not looked at: clients of registries list what they can read, in no order of preference.
public struct AcceptHeader: Sendable, Hashable {
  private var types: Set<MediaType> = []
  private var wholeTypes: Set<String> = []
  private let hasWildcard: Bool
  private let isEmpty: Bool

  /// Reads all `Accept` fields of a request; several on one line or one on each, both are seen.
  public init(_ fieldValues: [String]) {
    var wildcard = false
    var empty = true
    for range in fieldValues.lazy.flatMap({ $0.split(separator: ",") }) {
      guard let type = MediaType(parsing: range) else { continue }
      empty = false
      let text = type.description
      if text == "*/*" {
        wildcard = true
      } else if text.hasSuffix("/*") {
        wholeTypes.insert(String(text.dropLast()))
      } else {
        types.insert(type)
      }
    }
    (hasWildcard, isEmpty) = (wildcard, empty)
  }

  /// Whether anything is taken: `*/*` is among the types, or none is named.
  public var isWildcard: Bool { hasWildcard || isEmpty }

  /// Whether an answer of this type is taken.
  public func accepts(_ type: MediaType) -> Bool {
    isWildcard || types.contains(type) || wholeTypes.contains { type.description.hasPrefix($0) }
  }
}
