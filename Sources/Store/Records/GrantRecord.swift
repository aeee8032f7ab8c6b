public import OCI

/// That a repository includes some content: whoever may read the repository may read that content.
public struct GrantRecord: Sendable, Equatable {
  /// The content's length, as the manifest that names it says; nil if nothing did.
  public var expectedSize: RemoteSize?
  /// When it was granted, in seconds since 1970.
  public var grantedAt: Int64
  /// Which generation of the upstream's credentials obtained it; a change of credentials may void it.
  public var credentialGeneration: UInt32

  /// A record of these values.
  public init(expectedSize: RemoteSize? = nil, grantedAt: Int64, credentialGeneration: UInt32 = 0) {
    self.expectedSize = expectedSize
    self.grantedAt = grantedAt
    self.credentialGeneration = credentialGeneration
  }
}
