import Administration
import OCI
import PullThrough

// How values that several answers have are written. Sizes are bytes, times seconds since 1970.

extension JSONValue {
  static func number(_ value: some BinaryInteger) -> JSONValue { .number("\(value)") }

  static func number(_ size: RemoteSize) -> JSONValue { number(size.bytes) }

  static func optional(_ value: (some BinaryInteger)?) -> JSONValue { value.map { .number("\($0)") } ?? .null }

  static func optional(_ value: (some CustomStringConvertible)?) -> JSONValue {
    value.map { .string("\($0)") } ?? .null
  }

  static func texts(_ values: some Sequence<some CustomStringConvertible>) -> JSONValue {
    .array(values.map { .string("\($0)") })
  }
}

extension ImageContents {
  /// Its images by platform.
  var json: JSONValue {
    .array(
      parts.map { part in
        [
          "platform": .optional(part.platform?.normalized), "digest": .string("\(part.digest)"),
          "complete": .bool(part.isComplete), "manifestHeld": .bool(part.isManifestHeld),
          "heldBytes": .number(part.heldBytes),
          "missingBytes": part.isManifestHeld ? .number(part.missingBytes) : .null,
        ]
      }
    )
  }

  /// Whether some image of it can be pulled from what is held.
  var isUsable: Bool { parts.contains(where: \.isComplete) }
}
