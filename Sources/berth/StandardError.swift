import Glibc

/// Where problems are told.
enum StandardError {
  static func print(_ line: String) {
    let bytes = Array("\(line)\n".utf8)
    bytes.withUnsafeBytes { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
