/// The grammar of RFC 8259 above the level of tokens.
struct JSONParser {
  private var scanner: JSONScanner
  private let limits: Limits
  private var valueCount = 0

  init(_ bytes: UnsafeRawBufferPointer, limits: Limits) {
    scanner = JSONScanner(bytes)
    self.limits = limits
  }

  /// `ws value ws`, and then the end.
  mutating func document() throws(OCIError) -> JSONValue {
    scanner.skipWhitespace()
    let value = try value(depth: 0)
    scanner.skipWhitespace()
    guard scanner.next == nil else { throw scanner.error("data behind the document") }
    return value
  }

  private mutating func value(depth: Int) throws(OCIError) -> JSONValue {
    valueCount += 1
    guard valueCount <= limits.maxJSONValues else { throw scanner.error("too many values") }
    switch scanner.next {
    case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
    case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
    case UInt8(ascii: "\""): return .string(try scanner.string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case nil: throw scanner.error("unexpected end")
    default: return .number(try scanner.number())
    }
  }

  private mutating func literal(_ text: StaticString, _ value: JSONValue) throws(OCIError) -> JSONValue {
    guard scanner.skip(text) else { throw scanner.error("unknown literal") }
    return value
  }

  private mutating func array(depth: Int) throws(OCIError) -> [JSONValue] {
    try open("[", depth: depth)
    var elements: [JSONValue] = []
    if scanner.skip("]") { return elements }
    while true {
      scanner.skipWhitespace()
      elements.append(try value(depth: depth))
      if try !another(before: "]") { return elements }
    }
  }

  private mutating func object(depth: Int) throws(OCIError) -> JSONObject {
    try open("{", depth: depth)
    var object = JSONObject()
    if scanner.skip("}") { return object }
    var names = SeenNames()
    while true {
      scanner.skipWhitespace()
      let name = try scanner.string()
      guard name.utf8.count <= limits.maxJSONNameBytes else { throw scanner.error("name too long") }
      guard names.insert(name, after: object.members) else { throw scanner.error("duplicate name") }
      scanner.skipWhitespace()
      guard scanner.skip(":") else { throw scanner.error("expected a colon") }
      scanner.skipWhitespace()
      object.append(name, try value(depth: depth))
      if try !another(before: "}") { return object }
    }
  }

  private mutating func open(_ bracket: StaticString, depth: Int) throws(OCIError) {
    guard depth <= limits.maxJSONDepth else { throw scanner.error("nested too deeply") }
    _ = scanner.skip(bracket)
    scanner.skipWhitespace()
  }

  /// Whether a comma follows, and not yet the closing bracket.
  private mutating func another(before bracket: StaticString) throws(OCIError) -> Bool {
    scanner.skipWhitespace()
    if scanner.skip(",") { return true }
    guard scanner.skip(bracket) else { throw scanner.error("expected a comma or a closing bracket") }
    return false
  }
}

/// The names that an object has had so far.
///
/// Few names are compared one by one; a set is made for many, so that the time stays linear. Names that Unicode calls
/// canonically equivalent count as one, as they would in a dictionary made of them.
private struct SeenNames {
  private var set: Set<String> = []

  /// Notes `name`; false if it was there. `members` are those read before.
  mutating func insert(_ name: String, after members: [JSONObject.Member]) -> Bool {
    if members.count < 8 { return !members.contains { $0.name == name } }
    if set.isEmpty { set = Set(members.map(\.name)) }
    return set.insert(name).inserted
  }
}
