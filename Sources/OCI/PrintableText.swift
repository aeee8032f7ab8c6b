/// Makes outside text fit for one line of a log, an error, or an answer.
package enum PrintableText {
  /// The beginning of the text as it stands: 80 characters, `?` for what is not printable ASCII.
  package static func excerpt(_ text: some StringProtocol) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      guard bytes.count < 80 else { return String(decoding: bytes, as: UTF8.self) + "…" }
      bytes.append(byte &- 0x20 < 0x5F ? byte : UInt8(ascii: "?"))
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// At most `maxLength` printable ASCII characters of prose; runs of anything else become one space.
  package static func line(_ text: some StringProtocol, maxLength: Int) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if bytes.count >= maxLength { return String(decoding: bytes, as: UTF8.self) + "…" }
      if byte > 0x20, byte < 0x7F {
        bytes.append(byte)
      } else if let last = bytes.last, last != 0x20 {
        bytes.append(0x20)
      }
    }
    if bytes.last == 0x20 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
