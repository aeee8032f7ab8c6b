import Glibc

/// Where a command's output goes: a terminal with a size, or a pipe or file.
struct Terminal {
  /// Columns and rows of a terminal; nil for a pipe or file.
  let size: (columns: Int, rows: Int)?
  let style: TextStyle
  private let descriptor: Int32

  static let output = Terminal(STDOUT_FILENO)
  static let errors = Terminal(STDERR_FILENO)

  private init(_ descriptor: Int32) {
    self.descriptor = descriptor
    size = Self.size(of: descriptor)
    let kind = Self.variable("TERM")
    style = TextStyle(isColoured: size != nil && kind != "dumb" && (Self.variable("NO_COLOR") ?? "").isEmpty)
  }

  /// The size now: a terminal may be resized while something is shown.
  var currentSize: (columns: Int, rows: Int)? { Self.size(of: descriptor) }

  /// Writes text as it is.
  func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      // Whoever read it has gone: nobody is left to tell.
      guard count > 0 || errno == EINTR else { return }
      bytes = bytes.dropFirst(max(0, count))
    }
  }

  func print(_ lines: some Sequence<String>) { write(lines.map { "\($0)\n" }.joined()) }

  func print(_ line: String) { write("\(line)\n") }

  /// An environment variable.
  static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  private static func size(of descriptor: Int32) -> (columns: Int, rows: Int)? {
    guard isatty(descriptor) == 1 else { return nil }
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }
}

/// Where problems are told.
enum StandardError {
  static func print(_ line: String) {
    let bytes = Array("\(line)\n".utf8)
    bytes.withUnsafeBytes { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
