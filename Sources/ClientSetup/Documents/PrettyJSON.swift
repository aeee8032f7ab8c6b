import OCI

/// Writes JSON for people: two spaces a level, short lists of plain values on one line.
enum PrettyJSON {
  static func render(_ value: JSONValue) -> String { text(value, indent: "") + "\n" }

  private static func text(_ value: JSONValue, indent: String) -> String {
    let inner = indent + "  "
    switch value {
    case .object(let object) where !object.members.isEmpty:
      let members = object.members.map { "\(inner)\(compact(.string($0.name))): \(text($0.value, indent: inner))" }
      return "{\n" + members.joined(separator: ",\n") + "\n\(indent)}"
    case .array(let elements) where elements.contains { $0.array != nil || $0.object != nil } || elements.count > 4:
      return "[\n" + elements.map { inner + text($0, indent: inner) }.joined(separator: ",\n") + "\n\(indent)]"
    case .array(let elements):
      return "[" + elements.map(compact).joined(separator: ", ") + "]"
    default:
      return compact(value)
    }
  }

  private static func compact(_ value: JSONValue) -> String {
    String(decoding: JSONText.render(value), as: UTF8.self)
  }
}
