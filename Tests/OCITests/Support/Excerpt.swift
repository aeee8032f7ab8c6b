extension String {
  /// What an error quotes of this text.
  var excerpt: String {
    let printable = utf8.map { (0x20...0x7E).contains($0) ? Character(Unicode.Scalar($0)) : "?" }
    return String(printable.prefix(80)) + (printable.count > 80 ? "…" : "")
  }
}
