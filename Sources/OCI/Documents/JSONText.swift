/// Writes JSON: no whitespace, members in their order, so that one value has one text.
public enum JSONText {
  /// The text of `value`, in UTF-8.
  public static func render(_ value: JSONValue) -> [UInt8] {
    var bytes: [UInt8] = []
    append(value, to: &bytes)
    return bytes
  }

  /// Adds the text of `value` to `bytes`.
  public static func append(_ value: JSONValue, to bytes: inout [UInt8]) {
    switch value {
    case .null: bytes += "null".utf8
    case .bool(let truth): bytes += (truth ? "true" : "false").utf8
    case .number(let text): bytes += text.utf8
    case .string(let text): append(text, to: &bytes)
    case .array(let elements):
      appendList(elements, between: ("[", "]"), to: &bytes) { append($0, to: &$1) }
    case .object(let object):
      appendList(object.members, between: ("{", "}"), to: &bytes) { member, bytes in
        append(member.name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        append(member.value, to: &bytes)
      }
    }
  }

  /// Adds `text` as a quoted string, with the escapes that RFC 8259 §7 demands.
  public static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0x0A: bytes += "\\n".utf8
      case 0x0D: bytes += "\\r".utf8
      case 0x09: bytes += "\\t".utf8
      case ..<0x20, 0x7F:
        let digits = String(byte, radix: 16)
        bytes += "\\u00\(byte < 0x10 ? "0" : "")\(digits)".utf8
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func appendList<Element>(
    _ elements: [Element],
    between brackets: (String, String),
    to bytes: inout [UInt8],
    element append: (Element, inout [UInt8]) -> Void
  ) {
    bytes += brackets.0.utf8
    var isFirst = true
    for element in elements {
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      append(element, &bytes)
    }
    bytes += brackets.1.utf8
  }
}
