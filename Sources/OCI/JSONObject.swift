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
