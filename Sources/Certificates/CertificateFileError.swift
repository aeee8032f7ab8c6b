/// Why a PEM file cannot be used as what it is named for.
public struct CertificateFileError: Error, Sendable, Hashable {
  /// What is wrong with the file.
  public enum Problem: Sendable, Hashable {
    /// The system does not give it; its words.
    case unreadable(String)
    /// It is longer than any file of certificates; the limit in bytes.
    case tooLarge(Int)
    /// There is nothing in it.
    case empty
    /// It has no line `-----BEGIN …-----`.
    case notPEM
    /// A certificate is wanted, and it holds a private key alone.
    case holdsKey
    /// A private key is wanted, and it holds certificates alone.
    case holdsCertificate
    /// It is PEM, and holds nothing of what is wanted.
    case holdsNeither
    /// The private key has a passphrase.
    case encryptedKey
    /// What stands between the lines `BEGIN` and `END` is not what they say.
    case damaged
    /// The private key belongs to another certificate than that of the file `certificate`.
    case keyOfAnother(certificate: String)
  }

  /// The file at fault.
  public let path: String
  /// What is wrong with it.
  public let problem: Problem

  /// A problem of the file at `path`.
  public init(_ path: String, _ problem: Problem) { (self.path, self.problem) = (path, problem) }
}

extension CertificateFileError: CustomStringConvertible {
  /// The file, what is wrong with it, and what to do.
  public var description: String { "\(path): \(reason)" }

  /// What is wrong with the file and what to do, without its name.
  public var reason: String {
    switch problem {
    case .unreadable(let reason): reason
    case .tooLarge(let limit): "larger than \(limit) bytes: not a file of certificates"
    case .empty: "the file is empty"
    case .notPEM: "not a PEM file: it has no line -----BEGIN …-----; openssl converts DER and PKCS #12"
    case .holdsKey: "holds a private key where the certificate is expected: are the two files swapped?"
    case .holdsCertificate: "holds a certificate where the private key is expected: are the two files swapped?"
    case .holdsNeither: "holds neither a certificate nor a private key"
    case .encryptedKey: "the private key is encrypted: remove its passphrase with 'openssl pkey -in FILE -out NEWFILE'"
    case .damaged: "what it holds is damaged, or of a kind that is not supported"
    case .keyOfAnother(let certificate): "the private key does not belong to the certificate in \(certificate)"
    }
  }
}
