/// A JSON document, read by `StrictJSON` or to be written by `JSONText`.
public enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  /// The number's own text, because no numeric type holds them all.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)

  /// The text, if this is a string.
  public var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// The number, if this is one written without fraction or exponent that fits.
  public var int64: Int64? {
    guard case .number(let text) = self else { return nil }
    return Int64(text)
  }

  /// The elements, if this is an array.
  public var array: [JSONValue]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }

  /// The members, if this is an object.
  public var object: JSONObject? {
    guard case .object(let object) = self else { return nil }
    return object
  }

  /// Whether this is `null`.
  public var isNull: Bool { self == .null }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }

  /// A number.
  public init(integerLiteral value: Int64) { self = .number(String(value)) }

  /// An array.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

  /// An object whose members keep the order in which they are written.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements.map { JSONObject.Member(name: $0, value: $1) }))
  }
}

/// The members of a JSON object, in their order.
public struct JSONObject: Sendable, Hashable {
  /// A name and its value.
  public struct Member: Sendable, Hashable {
    /// The name.
    public var name: String
    /// The value.
    public var value: JSONValue

    /// A member of these parts.
    public init(name: String, value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// The members as they were read, or as they are to be written.
  public var members: [Member]

  /// An object of these members; the caller sees to it that no name comes twice.
  public init(_ members: [Member] = []) { self.members = members }

  /// The value of the member whose name has exactly these bytes. Walks the members.
  public subscript(name: String) -> JSONValue? {
    // Bytewise, because `String` takes U+212A for “K”.
    members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
  }

  /// Adds a member at the end.
  public mutating func append(_ name: String, _ value: JSONValue) {
    members.append(Member(name: name, value: value))
  }
}
