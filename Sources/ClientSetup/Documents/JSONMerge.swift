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

  /// `existing` with the elements put in; the same text if they are all there.
  func merged(into existing: String, path: String) throws(SetupError) -> String {
    guard var object = try parsed(existing, path: path).object else {
      throw .cannotMerge(path: path, reason: "it is no JSON object")
    }
    var isChanged = false
    for (name, elements) in lists {
      let index = object.members.firstIndex { $0.name == name }
      guard let list = index.map({ object.members[$0].value.array }) ?? [] else {
        throw .cannotMerge(path: path, reason: "'\(name)' in it is no list")
      }
      let missing = elements.map(JSONValue.string).filter { !list.contains($0) }
      guard !missing.isEmpty else { continue }
      isChanged = true
      let value = JSONValue.array(missing + list)
      if let index { object.members[index].value = value } else { object.append(name, value) }
    }
    return isChanged ? PrettyJSON.render(.object(object)) : existing
  }

  private func parsed(_ text: String, path: String) throws(SetupError) -> JSONValue {
    do {
      return try StrictJSON.parse(Array(text.utf8), maxBytes: Self.maxBytes, limits: Limits())
    } catch {
      throw .cannotMerge(path: path, reason: "it is not valid JSON (\(error))")
    }
  }
}
