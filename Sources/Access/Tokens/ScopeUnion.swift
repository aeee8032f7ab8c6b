internal import OCI

/// Scopes as a token carries them: each resource once, with all actions that were asked for. containerd asks for the same
/// repository several times in one request.
struct ScopeUnion {
  /// Most resources: engines ask for two, when they mount a blob.
  static let maxCount = 64
  /// Longest text of all, in bytes: a token has to fit into a header field with room for others.
  static let maxBytes = 4 << 10

  /// The scopes, in the order in which they were asked for.
  let scopes: [Scope]

  init(_ asked: [Scope]) {
    var order: [String] = []
    var actions: [String: [String]] = [:]
    for scope in asked {
      let resource = "\(scope.type):\(scope.name)"
      if actions[resource] == nil { order.append(resource) }
      let known = actions[resource, default: []]
      actions[resource] =
        known
        + scope.actions.reduce(into: []) { new, action in
          if !known.contains(action), !new.contains(action) { new.append(action) }
        }
    }
    var room = Self.maxBytes
    scopes = order.prefix(Self.maxCount).compactMap { resource in
      let text = "\(resource):\(actions[resource, default: []].joined(separator: ","))"
      guard text.utf8.count <= room, let scope = try? Scope(parsing: text) else { return nil }
      room -= text.utf8.count
      return scope
    }
  }
}
