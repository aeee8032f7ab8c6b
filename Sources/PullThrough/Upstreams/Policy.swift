/// What a site decides about answers while upstream cannot be asked.
public struct Policy: Sendable, Equatable {
  /// Whether upstreams are never asked: what is held is served as if they had just confirmed it, however old it is, and
  /// what is not held is not there. Default: false.
  public var isOffline = false

  /// Whether a pinned image can be evicted by its full name: the way out when an image that pins keep is what does the harm.
  /// Default: false.
  public var mayEvictPinned = false

  /// The defaults, as documented at each property.
  public init() {}
}
