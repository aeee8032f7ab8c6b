import NIOCore

enum ListenAddress {
  /// Reads `ADDRESS:PORT`; the address is numeric, an IPv6 one in brackets, and port 0 means a free one.
  static func parse(_ text: String) throws(ScriptedUpstreamError) -> SocketAddress {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
      throw .invalid("'\(text)' is no ADDRESS:PORT")
    }
    let host = text[..<colon].trimmingPrefix("[")
    do {
      return try SocketAddress(ipAddress: String(host.last == "]" ? host.dropLast() : host), port: Int(port))
    } catch {
      throw .invalid("'\(text)': \(error)")
    }
  }
}
