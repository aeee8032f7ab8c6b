import Foundation
public import OCI

/// What a request shows to say who it is from.
///
/// A request may have a header field and a certificate; the field says more, as somebody wrote it for this very request, and
/// counts alone. On a mirror listener it is the certificate, or a `Berth-Token`, and `Authorization` is nothing.
public enum Presented: Sendable, Hashable {
  /// Nothing.
  case nothing
  /// A user name and a password, or a token in its place.
  case basic(user: String, password: Secret)
  /// A token of Berth's own, short or a machine's.
  case bearer(Secret)
  /// A machine token in the field `Berth-Token`, which containerd can send to a mirror.
  case machineToken(Secret)
  /// A certificate that an authority which is trusted for it has issued, and whose key the client has.
  case certificate(PresentedCertificate)
  /// A field that says nothing which can be understood.
  case malformed

  /// Longest value of `Authorization` that is looked at, in bytes.
  public static let maxBytes = 24 << 10

  /// Reads the value of `Authorization` (RFC 7235 §2.1). podman sends `Basic` with empty user and password where it has none:
  /// that is nothing.
  public init(authorization value: String) {
    guard value.utf8.count <= Self.maxBytes, let blank = value.firstIndex(of: " ") else {
      self = .malformed
      return
    }
    let rest = value[blank...].drop { $0 == " " }
    switch value[..<blank].lowercased() {
    case "basic": self = Self.basic(rest)
    case "bearer": self = rest.isEmpty || rest.contains(" ") ? .malformed : .bearer(Secret(String(rest)))
    default: self = .malformed
    }
  }

  /// RFC 7617 §2: everything up to the first colon is the user.
  private static func basic(_ text: Substring) -> Presented {
    guard let data = Data(base64Encoded: String(text)), let pair = String(validating: data, as: UTF8.self),
      let colon = pair.utf8.firstIndex(of: UInt8(ascii: ":"))
    else { return .malformed }
    let (user, password) = (pair[..<colon], pair[pair.utf8.index(after: colon)...])
    if user.isEmpty, password.isEmpty { return .nothing }
    return .basic(user: String(user), password: Secret(String(password)))
  }
}

/// What a client's certificate says of it. Who vouches for it has been checked by TLS.
public struct PresentedCertificate: Sendable, Hashable {
  /// The URIs among its subject's alternative names (RFC 5280 §4.2.1.6).
  public var uris: [String]
  /// The DNS names among them.
  public var dnsNames: [String]
  /// SHA-256 of its public key with the key's algorithm (SubjectPublicKeyInfo, DER).
  public var keyHash: Digest
  /// Its number at its issuer, in lower-case hexadecimal without leading zeros.
  public var serial: String
  /// When it ends, in seconds since 1970.
  public var expiresAt: Int64

  /// A certificate with these values.
  public init(uris: [String], dnsNames: [String], keyHash: Digest, serial: String, expiresAt: Int64) {
    (self.uris, self.dnsNames, self.keyHash, self.serial) = (uris, dnsNames, keyHash, serial)
    self.expiresAt = expiresAt
  }
}
