/// Outside input made fit for an error message.
enum Printable {
  /// The first 80 bytes, `?` for what is not printable ASCII.
  static func excerpt(_ text: some StringProtocol) -> String {
    let bytes = text.utf8.prefix(80).map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }
    return String(decoding: bytes, as: UTF8.self) + (text.utf8.count > 80 ? "…" : "")
  }
}
