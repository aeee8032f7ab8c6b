/// A `Warning` field, by which a registry tells the person behind a client something (distribution-spec §Warnings).
public struct WarningHeader: Sendable, Hashable {
  /// What to say: printable ASCII without controls.
  public let text: String

  /// distribution-spec §Warnings: the code MUST be 299, whatever is warned of. Clients show no other to their users.
  public static let code = 299
  /// distribution-spec §Warnings: all of it at most 4096 bytes.
  public static let maxLength = 4096

  /// A warning. Characters that do not belong into a field become `?`, and what is too long is cut.
  public init(_ text: String) {
    var room = Self.maxLength - "\(Self.code) - \"\"".utf8.count
    var kept: [UInt8] = []
    for byte in text.utf8 {
      room -= byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") ? 2 : 1
      guard room >= 0 else { break }
      kept.append(byte &- 0x20 < 0x5F ? byte : UInt8(ascii: "?"))
    }
    self.text = String(decoding: kept, as: UTF8.self)
  }
}

extension WarningHeader: CustomStringConvertible {
  /// The field's value: agent `-`, no date, the text as a quoted string.
  public var description: String {
    var quoted: [UInt8] = []
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { quoted.append(UInt8(ascii: "\\")) }
      quoted.append(byte)
    }
    return "\(Self.code) - \"\(String(decoding: quoted, as: UTF8.self))\""
  }
}
