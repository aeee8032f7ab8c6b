/// What a site decides about answers while upstream cannot be asked.
public struct Policy: Sendable, Equatable {
  /// How long after its last confirmation a tag may still be answered from the store when upstream cannot be asked.
  /// Default: 30 days.
  public var maxStale: Duration = .seconds(30 * 24 * 3600)

  /// How long an answer for a tag that is held waits for upstream's confirmation; after that the last good answer is
  /// given while the confirmation goes on behind. Default: 1 second.
  public var revalidationPatience: Duration = .seconds(1)

  /// Whether upstreams are never asked: what is held is served as if they had just confirmed it, however old it is, and
  /// what is not held is not there. Default: false.
  public var isOffline = false

  /// The defaults, as documented at each property.
  public init() {}
}
