public import OCI

/// What the index knows of content that is held.
public struct ContentRecord: Sendable, Equatable {
  /// Length in bytes.
  public var size: Int64
  /// The type by which a manifest is served; nil for blobs.
  public var mediaType: MediaType?
  /// When it was last served or written, in seconds since 1970; up to a flush interval behind.
  public var lastAccess: Int64

  /// A record of these values.
  public init(size: Int64, mediaType: MediaType? = nil, lastAccess: Int64) {
    self.size = size
    self.mediaType = mediaType
    self.lastAccess = lastAccess
  }
}

/// Content and the right to it, as one snapshot of the index has them.
public struct ContentLookup: Sendable, Equatable {
  /// The content; nil if it is not held.
  public var record: ContentRecord?
  /// The repository's grant; nil if it has none.
  public var grant: GrantRecord?

  /// A lookup of these values.
  public init(record: ContentRecord?, grant: GrantRecord?) {
    self.record = record
    self.grant = grant
  }
}

/// That upstream has shown some content to a repository: whoever may read the repository may read that content.
///
/// It is there for content that is held, and goes with it.
public struct GrantRecord: Sendable, Equatable {
  /// What a grant rests on. The values are written to disk.
  public enum Evidence: UInt32, Sendable {
    /// Nothing that this program knows of: the row was written under schema 2, where it was enough that a manifest named
    /// the digest. It gives no access until upstream has said that the repository includes the content.
    case unproven = 0
    /// Upstream answered for exactly this repository and digest, or an operator brought the content for the repository.
    case earned = 1
    /// Withdrawn while rows of schema 2 were being judged: it gives no access, and still counts as a row.
    case revoked = 2
  }

  /// When it was granted, in seconds since 1970.
  public var grantedAt: Int64
  /// What it rests on.
  public var evidence: Evidence

  /// A record of these values.
  public init(grantedAt: Int64, evidence: Evidence = .earned) {
    self.grantedAt = grantedAt
    self.evidence = evidence
  }
}
