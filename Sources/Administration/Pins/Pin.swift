import Store

/// A wish that images stay in the store, however seldom they are asked for.
public struct Pin: Sendable {
  /// Who made a pin.
  public enum Origin: String, Sendable {
    /// The configuration's list: there alone it can be taken back.
    case configuration
    /// An operator's command.
    case command
  }

  /// The images that are meant.
  public var pattern: ImagePattern
  /// Who made it.
  public var origin: Origin
  /// When it was last made to cover what is held, in seconds since 1970.
  public var pinnedAt: Int64
  /// Contents that it keeps.
  public var contentCount: Int64
  /// Their bytes.
  public var bytes: Int64
}

extension Pin.Origin {
  /// Patterns hold no equals sign, so that a configured pin and a command's for the same pattern have keys of their own.
  private static let configurationMark = "configuration="

  /// By what the store knows a pin of this origin.
  func key(of pattern: ImagePattern) -> PinKey? {
    PinKey(self == .configuration ? Self.configurationMark + pattern.description : pattern.description)
  }

  /// The origin and the pattern's text of a key.
  static func read(_ key: PinKey) -> (origin: Pin.Origin, pattern: String) {
    let text = key.description
    guard text.hasPrefix(configurationMark) else { return (.command, text) }
    return (.configuration, String(text.dropFirst(configurationMark.count)))
  }
}
