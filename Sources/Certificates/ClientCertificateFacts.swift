public import NIOSSL

/// What a client's certificate says that identities are made of, without judging it.
public struct ClientCertificateFacts: Sendable, Hashable {
  /// The URIs among the subject's alternative names (RFC 5280 §4.2.1.6).
  public let uris: [String]
  /// The DNS names among them.
  public let dnsNames: [String]
  /// The public key with its algorithm (SubjectPublicKeyInfo, DER), whose SHA-256 deny lists have.
  public let publicKey: [UInt8]
  /// The number at its issuer, in lower-case hexadecimal without leading zeros.
  public let serial: String
  /// When it ends, in seconds since 1970.
  public let notAfter: Int64

  /// Most alternative names that are read; a certificate with more says nothing.
  static let maxNames = 100

  /// Reads a certificate; nil if its key cannot be read, or its names are no text: RFC 5280 has IA5 strings, and one with a zero
  /// byte in it means one thing to some readers and another to others.
  public init?(_ certificate: NIOSSLCertificate) {
    guard let key = try? certificate.extractPublicKey().toSPKIBytes() else { return nil }
    var (uris, dnsNames): ([String], [String]) = ([], [])
    let names = certificate._subjectAlternativeNames()
    guard names.count <= Self.maxNames else { return nil }
    for name in names where name.nameType == .uri || name.nameType == .dnsName {
      guard name.contents.allSatisfy({ (0x21...0x7e).contains($0) }) else { return nil }
      let text = String(decoding: name.contents, as: UTF8.self)
      if name.nameType == .uri { uris.append(text) } else { dnsNames.append(text) }
    }
    (self.uris, self.dnsNames, publicKey) = (uris, dnsNames, key)
    serial = Self.hexadecimal(certificate.serialNumber)
    notAfter = Int64(certificate.notValidAfter)
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let all = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    let text = String(decoding: all.drop { $0 == digits[0] }, as: UTF8.self)
    return text.isEmpty ? "0" : text
  }
}
