public import OCI

/// Some images that are fetched ahead of any client and kept up to date.
public struct WarmSettings: Sendable, Hashable {
  /// The images as engines name them: `alpine:3.20`, `ghcr.io/acme/app`. What they mean depends on the upstreams.
  public var images: [String]
  /// Which of an index's images. Default: none named, which means the platform that Berth runs on.
  public var platforms = Platforms.named([])
  /// Whether signatures and other referrers are fetched too. Default: no.
  public var includesReferrers = false
  /// The pause between the end of one round and the beginning of the next. Default: 1 hour.
  public var interval: Duration = .seconds(3_600)

  /// A choice among an index's images.
  public enum Platforms: Sendable, Hashable {
    /// Every one.
    case all
    /// Those that run on one of these.
    case named([Platform])
  }

  /// These images, and the defaults that are documented at each property.
  public init(images: [String]) { self.images = images }
}
