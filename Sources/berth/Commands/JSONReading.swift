import OCI

// What the server's answers hold, by name. A member that is missing reads as nothing, so that a newer or older server
// can be asked too.
extension JSONValue {
  subscript(name: String) -> JSONValue { object?[name] ?? .null }

  var text: String { string ?? "" }

  var number: Int64 { int64 ?? 0 }

  /// The sum of a list's elements' numbers of that name, or the largest number where it does not fit.
  func sum(of name: String) -> Int64 { list.reduce(0) { $0.saturatingSum($1[name].number) } }

  var flag: Bool { self == .bool(true) }

  var list: [JSONValue] { array ?? [] }
}
