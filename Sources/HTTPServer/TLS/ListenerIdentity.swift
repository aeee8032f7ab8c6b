import NIOSSL
import Synchronization

/// Who a listener is under TLS: read when it opens, and again whenever the configuration is.
final class ListenerIdentity: Sendable {
  /// What the files held at one time.
  struct Reading: Sendable {
    let chain: [NIOSSLCertificate]
    /// The last second in which the first of them is good, since 1970.
    let notAfter: Int64
    let context: NIOSSLContext
  }

  private let files: ListeningOptions.TLSFiles
  private let shown: Mutex<Reading>

  /// Reads the files.
  init(_ files: ListeningOptions.TLSFiles) throws(ServerError) {
    self.files = files
    shown = Mutex(try ServerTLS.read(files))
  }

  /// The file of the certificate.
  var path: String { files.certificatePath }

  /// The last second in which what is shown is good, since 1970.
  var notAfter: Int64 { shown.withLock(\.notAfter) }

  /// What a new connection is to be shown.
  var context: NIOSSLContext { shown.withLock(\.context) }

  /// Reads the files again; what is shown stays.
  func readAgain() throws(ServerError) -> Reading { try ServerTLS.read(files) }

  /// Shows new connections what was read. Those that are open keep what they were shown.
  /// - Returns: whether that is another certificate.
  func show(_ reading: Reading) -> Bool {
    shown.withLock { shown in
      defer { shown = reading }
      return shown.chain != reading.chain
    }
  }
}
