import Glibc

/// The text of a configuration file and what is known of the file itself.
struct SourceFile {
  var text: String
  /// Whether everybody on this machine can read it.
  var isWorldReadable = false

  /// Largest configuration file that is read. Ours are of a few KiB.
  static let maxBytes = 1 << 20

  /// Reads the file at `path`.
  static func read(_ path: String, maxBytes: Int = maxBytes) throws(ConfigurationError) -> SourceFile {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, "cannot be opened: \(errorText(errno))") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(path, "cannot be read: \(errorText(errno))") }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw failure(path, "is a directory") }
    let bytes = try bytes(of: descriptor, path, maxBytes)
    guard let text = String(validating: bytes, as: UTF8.self) else { throw failure(path, "is not UTF-8 text") }
    // YAML 1.2 §5.2 allows a byte order mark; some editors write one.
    return SourceFile(
      text: text.first == "\u{FEFF}" ? String(text.dropFirst()) : text,
      isWorldReadable: status.st_mode & S_IROTH != 0
    )
  }

  private static func bytes(of descriptor: Int32, _ path: String, _ maxBytes: Int) throws(ConfigurationError) -> [UInt8]
  {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure(path, "cannot be read: \(errorText(errno))") }
      guard count > 0 else { return bytes }
      bytes += chunk[..<count]
      guard bytes.count <= maxBytes else { throw failure(path, "is larger than \(maxBytes) bytes") }
    }
  }

  private static func failure(_ path: String, _ message: String) -> ConfigurationError {
    ConfigurationError(file: path, problems: [.init(message)])
  }
}
