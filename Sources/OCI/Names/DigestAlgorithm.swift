internal import COpenSSL

/// The hash functions by which content is named and verified (image-spec §Registered algorithms).
///
/// Algorithms that libcrypto cannot compute here are refused, never passed unverified.
public enum DigestAlgorithm: UInt8, Sendable, CaseIterable {
  case sha256 = 1
  case sha512 = 2

  /// The registered identifier, as it stands before the colon.
  public var name: String {
    switch self {
    case .sha256: "sha256"
    case .sha512: "sha512"
    }
  }

  /// Length of a hash, in bytes.
  public var byteCount: Int {
    switch self {
    case .sha256: 32
    case .sha512: 64
    }
  }

  /// The algorithm of that identifier; nil if it is none of these.
  public init?(name: String) {
    guard let algorithm = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = algorithm
  }

  /// libcrypto's implementation.
  var implementation: OpaquePointer? {
    switch self {
    case .sha256: Self.fetchedSHA256
    case .sha512: Self.fetchedSHA512
    }
  }

  // Fetched once: `EVP_sha256()` would search the providers, under a lock, at each use.
  // An EVP_MD is immutable after the fetch and may be shared by threads (openssl-threads(7)); it is never freed.
  private nonisolated(unsafe) static let fetchedSHA256 = EVP_MD_fetch(nil, "SHA256", nil)
  private nonisolated(unsafe) static let fetchedSHA512 = EVP_MD_fetch(nil, "SHA512", nil)
}
