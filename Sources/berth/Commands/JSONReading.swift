import OCI

// What the server's answers hold, by name. A member that is missing reads as nothing, so that a newer or older server
// can be asked too.
extension JSONValue {
  subscript(name: String) -> JSONValue { object?[name] ?? .null }

  var text: String { string ?? "" }

  var number: Int64 { int64 ?? 0 }

  var flag: Bool { self == .bool(true) }

  var list: [JSONValue] { array ?? [] }
}
