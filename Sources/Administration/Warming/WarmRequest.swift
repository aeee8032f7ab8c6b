/// What is to be fetched ahead of any client.
public struct WarmRequest: Sendable, Hashable {
  /// Which images.
  public var images: [ImageName]
  /// Which of an index's images.
  public var platforms: PlatformChoice
  /// Whether signatures and other referrers are fetched too.
  public var includesReferrers: Bool

  /// A request for these.
  public init(images: [ImageName], platforms: PlatformChoice = .own, includesReferrers: Bool = false) {
    (self.images, self.platforms, self.includesReferrers) = (images, platforms, includesReferrers)
  }
}
