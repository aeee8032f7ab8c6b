import Glibc

/// The text of a file that is to hold certificates or keys (RFC 7468), and what its lines say that it holds.
struct PEMFile {
  let path: String
  let bytes: [UInt8]

  /// Bundles of a system's authorities are below 1 MiB.
  static let maxBytes = 4 << 20

  private let labels: Set<Label>

  private enum Label {
    case certificate, key, encryptedKey, other
  }

  /// Reads the file. It blocks on the disk.
  init(reading path: String) throws(CertificateFileError) {
    try self.init(path: path, bytes: try Self.bytes(of: path))
  }

  /// - Throws: if there is nothing like PEM in it.
  init(path: String, bytes: [UInt8]) throws(CertificateFileError) {
    (self.path, self.bytes) = (path, bytes)
    guard !bytes.isEmpty else { throw CertificateFileError(path, .empty) }
    // What is not text is not PEM; what is replaced in it changes no line that counts.
    labels = Set(String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).compactMap(Self.label))
    guard !labels.isEmpty else { throw CertificateFileError(path, .notPEM) }
  }

  func requireCertificate() throws(CertificateFileError) {
    guard !labels.contains(.certificate) else { return }
    throw CertificateFileError(path, hasKey ? .holdsKey : .holdsNeither)
  }

  func requireKey() throws(CertificateFileError) {
    guard !labels.contains(.encryptedKey) else { throw CertificateFileError(path, .encryptedKey) }
    guard !labels.contains(.key) else { return }
    throw CertificateFileError(path, labels.contains(.certificate) ? .holdsCertificate : .holdsNeither)
  }

  private var hasKey: Bool { labels.contains(.key) || labels.contains(.encryptedKey) }

  private static func label(_ line: Substring) -> Label? {
    // The older way to encrypt says so in a header of its own (RFC 1421 §4.6.1.1).
    if line.hasPrefix("Proc-Type:"), line.contains("ENCRYPTED") { return .encryptedKey }
    guard line.hasPrefix("-----BEGIN ") else { return nil }
    if line.contains("ENCRYPTED PRIVATE KEY") { return .encryptedKey }
    if line.contains("PRIVATE KEY") { return .key }
    return line.contains("CERTIFICATE-----") ? .certificate : .other
  }

  private static func bytes(of path: String) throws(CertificateFileError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unreadable(path, errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw unreadable(path, errno) }
      guard count > 0 else { return bytes }
      bytes += chunk[..<count]
      guard bytes.count <= maxBytes else { throw CertificateFileError(path, .tooLarge(maxBytes)) }
    }
  }

  private static func unreadable(_ path: String, _ code: Int32) -> CertificateFileError {
    CertificateFileError(path, .unreadable(strerror(code).map { String(cString: $0) } ?? "it cannot be read"))
  }
}
