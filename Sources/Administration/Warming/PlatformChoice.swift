public import OCI

/// Which images of an index are wanted.
public enum PlatformChoice: Sendable, Hashable {
  /// Every one.
  case all
  /// Those that run on one of these.
  case only([Platform])

  /// What Berth itself runs on: the choice of those who say nothing.
  public static let own: PlatformChoice = {
    #if arch(arm64)
      .only([Platform(os: "linux", architecture: "arm64")])
    #else
      .only([Platform(os: "linux", architecture: "amd64")])
    #endif
  }()

  /// Reads `all`, or platforms such as `linux/arm64`; none means ``own``.
  public init(parsing texts: [String]) throws(OperationError) {
    if texts.isEmpty {
      self = .own
    } else if texts.contains("all") {
      self = .all
    } else {
      var platforms: [Platform] = []
      for text in texts {
        guard let platform = Platform(parsing: text) else {
          throw .invalid("a platform is written like linux/arm64 or linux/arm/v7, or all; not \"\(excerpt(text))\"")
        }
        platforms.append(platform)
      }
      self = .only(platforms)
    }
  }

  /// The children of an index that are wanted. What names no platform belongs to all.
  /// - Throws: when nothing fits, saying what there is.
  func select(from children: [Descriptor]) throws(OperationError) -> [Descriptor] {
    guard case .only(let platforms) = self else { return children }
    let chosen = children.filter { child in
      guard let platform = child.platform else { return true }
      return platforms.contains { platform.matches($0) }
    }
    guard !chosen.isEmpty || children.isEmpty else {
      let offered = children.compactMap { $0.platform?.normalized.description }.filter { $0 != "unknown/unknown" }
      let wanted = platforms.map(\.description).joined(separator: ", ")
      throw .notHeld(
        "the image is not made for \(wanted), but for \(Array(Set(offered)).sorted().joined(separator: ", "))"
      )
    }
    return chosen
  }
}
