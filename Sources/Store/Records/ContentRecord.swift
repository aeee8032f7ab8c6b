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
