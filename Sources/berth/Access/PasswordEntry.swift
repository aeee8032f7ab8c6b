import Glibc
import OCI

/// A password as somebody gives it: typed blindly on a terminal, or on the first line of standard input.
enum PasswordEntry {
  /// Why there is none.
  enum Problem: Error, CustomStringConvertible {
    case nothing
    case different
    case tooLong
    case noText

    var description: String {
      switch self {
      case .nothing: "no password was given"
      case .different: "the two passwords are not the same"
      case .tooLong: "the password has more than \(PasswordEntry.maxBytes) bytes"
      case .noText: "the password is not UTF-8"
      }
    }
  }

  fileprivate static let maxBytes = 4_096

  /// Reads it; on a terminal twice.
  static func read() throws(Problem) -> Secret {
    guard isatty(STDIN_FILENO) == 1 else { return try line() }
    let first = try typed("Password: ")
    guard try typed("Once more: ") == first else { throw .different }
    return first
  }

  private static func typed(_ prompt: String) throws(Problem) -> Secret {
    Terminal.errors.write(prompt)
    var saved = termios()
    guard tcgetattr(STDIN_FILENO, &saved) == 0 else { return try line() }
    var blind = saved
    blind.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &blind)
    defer {
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved)
      Terminal.errors.write("\n")
    }
    return try line()
  }

  /// Up to the end of the line, byte by byte: what follows is not ours.
  private static func line() throws(Problem) -> Secret {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while bytes.count <= maxBytes {
      let count = Glibc.read(STDIN_FILENO, &byte, 1)
      if count < 0, errno == EINTR { continue }
      guard count == 1, byte != UInt8(ascii: "\n") else { break }
      bytes.append(byte)
    }
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    guard !bytes.isEmpty else { throw .nothing }
    guard bytes.count <= maxBytes else { throw .tooLong }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .noText }
    return Secret(text)
  }
}
