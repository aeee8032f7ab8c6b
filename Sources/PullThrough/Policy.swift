/// What a site decides about answers while upstream is in trouble.
public struct Policy: Sendable, Equatable {
  /// How long after its last confirmation a tag may still be answered from the store when upstream cannot be asked.
  /// Default: 30 days.
  public var maxStale: Duration = .seconds(30 * 24 * 3600)

  /// How long an answer for a tag that is held waits for upstream's confirmation; after that the last good answer is
  /// given while the confirmation goes on behind. Default: 1 second.
  public var revalidationPatience: Duration = .seconds(1)

  /// The defaults, as documented at each property.
  public init() {}
}
