import Administration
import BerthConfiguration
import PullThrough

/// The images that a configuration wants in the store whether clients ask or not. What their names mean depends on the
/// configuration's upstreams, so that they are read after it.
struct KeptImages {
  /// What is fetched ahead, and how often.
  private(set) var warm: [WarmSchedule.Entry] = []
  /// What is not evicted.
  private(set) var pins: [ImagePattern] = []

  /// Patterns that can match nothing.
  private(set) var warnings: [ConfigurationError.Problem] = []

  /// - Parameter file: the configuration as messages name it.
  /// - Throws: all names that cannot be understood, with the keys where they stand.
  init(_ configuration: Configuration, file: String) throws(ConfigurationError) {
    let names = UpstreamNames(configuration.upstreams, defaultUpstream: configuration.defaultUpstream)
    var problems: [ConfigurationError.Problem] = []
    func understood<Value>(_ path: String, _ parse: () throws(OperationError) -> Value) -> Value? {
      do throws(OperationError) {
        return try parse()
      } catch {
        problems.append(.init(path: path, error.description))
        return nil
      }
    }
    for (number, settings) in configuration.warm.enumerated() {
      let images = settings.images.enumerated().compactMap { index, text in
        understood("warm[\(number)].images[\(index)]") { () throws(OperationError) in
          try ImageName(parsing: text, among: names)
        }
      }
      // A site that is offline keeps the list of the connected one: there is nobody to fetch from.
      if configuration.offline { continue }
      warm.append(.init(WarmRequest(settings, images: images), every: settings.interval))
    }
    for (index, text) in configuration.pins.enumerated() {
      let pattern = understood("pins[\(index)]") { () throws(OperationError) in
        try ImagePattern(parsing: text, among: names)
      }
      if let pattern { pins.append(pattern) }
      if let doubt = Self.doubt(about: text, among: names) { warnings.append(.init(path: "pins[\(index)]", doubt)) }
    }
    if !problems.isEmpty { throw ConfigurationError(file: file, problems: problems) }
  }
}

extension KeptImages {
  /// Why a pattern can match nothing; nil if it can.
  private static func doubt(about pattern: String, among names: UpstreamNames) -> String? {
    let name = pattern.split(separator: ":").first ?? ""
    let registry = pattern.prefix { $0 != "/" }
    let isRegistry = registry.count < pattern.count && registry.contains { ".:".contains($0) }
    if isRegistry, !registry.contains(where: { "*?".contains($0) }), names.canonicalName(registry) == nil {
      return "\(registry) is no upstream that is known: the pattern matches nothing"
    }
    if name.contains(where: \.isUppercase) {
      return "names of repositories have no capital letters: the pattern matches nothing"
    }
    return nil
  }
}

extension WarmRequest {
  fileprivate init(_ settings: WarmSettings, images: [ImageName]) {
    let platforms: PlatformChoice =
      switch settings.platforms {
      case .all: .all
      case .named(let platforms): platforms.isEmpty ? .own : .only(platforms)
      }
    self.init(images: images, platforms: platforms, includesReferrers: settings.includesReferrers)
  }
}
