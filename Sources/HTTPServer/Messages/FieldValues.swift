import NIOHTTP1

/// What may stand in an answer's header (RFC 9110 §5.5): whatever an upstream or a client managed to put into a value must not
/// become a field, or an answer, of its own.
enum FieldValues {
  private static let tab = UInt8(ascii: "\t")
  private static let space = UInt8(ascii: " ")
  private static let delete: UInt8 = 0x7F

  /// Whether no value has a control character but the tab.
  static func areSafe(_ headers: HTTPHeaders) -> Bool { headers.allSatisfy { isSafe($0.value) } }

  private static func isSafe(_ value: String) -> Bool {
    value.utf8.withContiguousStorageIfAvailable { $0.allSatisfy(isSafe) } ?? value.utf8.allSatisfy(isSafe)
  }

  private static func isSafe(_ byte: UInt8) -> Bool { byte >= space && byte != delete || byte == tab }
}
