import NIOCore
import NIOSSL

/// Whether a certificate is for the host that was asked for (RFC 6125 §6.4).
///
/// NIOSSL also takes a certificate for the address that it has connected to, whatever name was asked for. Whoever can
/// forge name look-ups could then come along with a certificate for an address of their own.
enum CertificateNames {
  /// Throws unless the connection's certificate names `host`.
  static func require(_ host: String, in pipeline: ChannelPipeline.SynchronousOperations) throws(UpstreamFailure) {
    guard let certificate = try? pipeline.nioSSL_peerCertificate() else {
      throw .tlsFailed("no certificate was shown")
    }
    if let address = IPAddress(parsing: host) {
      // NIOSSL compares with the address of the connection, which behind a proxy is the proxy's.
      let isNamed = certificate._subjectAlternativeNames().contains {
        $0.nameType == .ipAddress && Array($0.contents) == address.bytes
      }
      guard isNamed else { throw .tlsFailed(wrongHost) }
      return
    }
    let names = certificate._subjectAlternativeNames().lazy
      .filter { $0.nameType == .dnsName }
      .map { String(decoding: $0.contents, as: UTF8.self) }
    guard names.contains(where: { covers($0, host) }) else { throw .tlsFailed(wrongHost) }
  }

  static let wrongHost = "certificate is for another host"

  /// Whether a name of a certificate covers a host: it is the same, or a wildcard for its first label.
  static func covers(_ name: String, _ host: String) -> Bool {
    let name = withoutFinalDot(name)
    let host = withoutFinalDot(host)
    guard !name.isEmpty, !host.isEmpty else { return false }
    if name == host { return true }
    guard name.hasPrefix("*."), let dot = host.firstIndex(of: "."), dot != host.startIndex else { return false }
    let domain = name.dropFirst(2)
    return domain.contains(".") && !domain.contains("*") && domain == host[host.index(after: dot)...]
  }

  private static func withoutFinalDot(_ text: String) -> Substring {
    let text = text.lowercased()
    return text.hasSuffix(".") ? text.dropLast() : text[...]
  }
}
