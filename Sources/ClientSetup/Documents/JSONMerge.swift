import OCI

/// Lists in a JSON object that are to have certain elements, first of all; whatever else is in the object stays.
struct JSONMerge: Sendable {
  /// Member and the elements that it must have.
  let lists: [(name: String, elements: [String])]

  /// No daemon has a configuration this long.
  private static let maxBytes = 1 << 20

  var text: String {
    PrettyJSON.render(
      .object(JSONObject(lists.map { .init(name: $0.name, value: .array($0.elements.map(JSONValue.string))) }))
    )
  }

  /// `existing` with the elements put in and all else as it was, layout included; the same text if they are all there.
  func merged(into existing: String, path: String) throws(SetupError) -> String {
    guard let object = try parsed(existing, path: path).object else {
      throw .cannotMerge(path: path, reason: "it is no JSON object")
    }
    var (text, expected) = (existing, object)
    for (name, elements) in lists {
      let index = expected.members.firstIndex { $0.name == name }
      guard let list = index.map({ expected.members[$0].value.array }) ?? [] else {
        throw .cannotMerge(path: path, reason: "'\(name)' in it is no list")
      }
      let missing = elements.map(JSONValue.string).filter { !list.contains($0) }
      guard !missing.isEmpty else { continue }
      let value = JSONValue.array(missing + list)
      if let index { expected.members[index].value = value } else { expected.append(name, value) }
      text = Self.put(missing, into: name, of: text) ?? text
    }
    // What was edited as text must say what was meant; a name that is written with escapes is not found, for one.
    guard try parsed(text, path: path) == .object(expected) else {
      throw .cannotMerge(path: path, reason: "it is written in a form that cannot be added to")
    }
    return text
  }

  /// The text with `elements` first in the list `name`, which is made if it is not there.
  private static func put(_ elements: [JSONValue], into name: String, of text: String) -> String? {
    guard let outline = JSONOutline(text) else { return nil }
    let items = elements.map { String(decoding: JSONText.render($0), as: UTF8.self) }
    var text = text
    if let member = outline.members.first(where: { $0.name == name }) {
      let begin = text.index(after: member.value.lowerBound)
      let rest = text[begin..<member.value.upperBound]
      let gap = rest.prefix(while: \.isWhitespace)
      let isEmpty = rest.dropFirst(gap.count).first == "]"
      // Where each stands on a line of its own, so do ours.
      let separator = gap.contains(where: \.isNewline) ? ",\(gap)" : ", "
      let added = items.joined(separator: separator)
      text.insert(contentsOf: isEmpty ? added : gap + added + (gap.isEmpty ? ", " : ","), at: begin)
      return text
    }
    let list = "[\(items.joined(separator: ", "))]"
    guard let last = outline.members.last else {
      text.insert(contentsOf: "\n  \"\(name)\": \(list)\n", at: outline.start)
      return text
    }
    // As the first member is set off, so is ours.
    let gap = text[outline.start...].prefix(while: \.isWhitespace)
    let separator = gap.contains(where: \.isNewline) ? "," + gap : ", "
    text.insert(contentsOf: "\(separator)\"\(name)\": \(list)", at: last.value.upperBound)
    return text
  }

  private func parsed(_ text: String, path: String) throws(SetupError) -> JSONValue {
    do {
      return try StrictJSON.parse(Array(text.utf8), maxBytes: Self.maxBytes, limits: Limits())
    } catch {
      throw .cannotMerge(path: path, reason: "it is not valid JSON (\(error))")
    }
  }
}
