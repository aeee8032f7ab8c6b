/// A type whose JSON object may have the keys listed, and no others: a misspelt key in a test is an error, not silence.
protocol StrictlyKeyed {
  associatedtype CodingKeys: CodingKey, CaseIterable
}

/// Decodes a value after having checked its keys.
struct Strict<Value: Decodable & StrictlyKeyed>: Decodable {
  let value: Value

  init(from decoder: any Decoder) throws {
    _ = try decoder.strictContainer(keyedBy: Value.CodingKeys.self)
    value = try Value(from: decoder)
  }
}

extension Decoder {
  /// The object's container; throws if the object has a key that is not one of `keys`.
  func strictContainer<Key: CodingKey & CaseIterable>(
    keyedBy keys: Key.Type
  ) throws -> KeyedDecodingContainer<Key> {
    let known = Set(Key.allCases.map(\.stringValue))
    for key in try container(keyedBy: AnyKey.self).allKeys where !known.contains(key.stringValue) {
      let message = "unknown key '\(key.stringValue)'; known are \(known.sorted().joined(separator: ", "))"
      throw DecodingError.dataCorrupted(.init(codingPath: codingPath, debugDescription: message))
    }
    return try container(keyedBy: keys)
  }
}

extension KeyedDecodingContainer {
  /// The value of `key`, or `fallback` where it is absent or null.
  func value<T: Decodable>(_ key: Key, else fallback: T) throws -> T {
    try decodeIfPresent(T.self, forKey: key) ?? fallback
  }
}

private struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
