/// Makes outside text safe for one line of a log or an error.
enum Printable {
  /// At most `maxLength` printable ASCII characters of `text`; runs of anything else become one space.
  static func line(_ text: some StringProtocol, maxLength: Int) -> String {
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
