import OCI

extension Field {
  /// Images to fetch ahead, as one entry of `warm`.
  func warmSettings() -> WarmSettings? {
    guard let section = section(WarmKey.self) else { return nil }
    guard let field = section[.images] else {
      section.lacks("the key 'images'")
      return nil
    }
    guard let images = field.list(of: "images such as alpine:3.20", { $0.text(expected: "an image") }) else {
      return nil
    }
    if images.isEmpty { field.refuse("expected at least one image such as alpine:3.20, found an empty list") }
    var settings = WarmSettings(images: images)
    settings.platforms = section[.platforms]?.platforms() ?? settings.platforms
    settings.includesReferrers = section[.referrers]?.boolean() ?? settings.includesReferrers
    if let every = section[.every], let interval = every.duration() {
      if interval < WarmSettings.shortestInterval {
        every.refuse("expected 1m or longer: each round asks the upstreams")
      } else {
        settings.interval = interval
      }
    }
    return settings
  }

  /// `all`, or a list of platforms.
  private func platforms() -> WarmSettings.Platforms? {
    if case .scalar("all", _) = node.content { return .all }
    return list(of: "platforms such as linux/arm64, or the word all") { $0.platform() }.map { .named($0) }
  }

  private func platform() -> Platform? {
    let expected = "a platform such as linux/amd64 or linux/arm/v7"
    return value(expected: expected) { text throws(InvalidValue) in
      guard let platform = Platform(parsing: text) else { throw InvalidValue(expected: expected, found: text) }
      return platform
    }
  }
}

extension WarmSettings {
  fileprivate static let shortestInterval = Duration.seconds(60)
}
