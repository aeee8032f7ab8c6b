/// What is logged, and how it is written.
public struct LogSettings: Sendable, Hashable {
  /// How much is logged, from most to least; the names are those of swift-log.
  public enum Level: String, Sendable, CaseIterable {
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case trace, debug, info, notice, warning, error, critical
  }

  /// How a line is written.
  public enum Format: String, Sendable, CaseIterable {
    /// For people: time, level, message, then `key=value` pairs.
    case text
    /// For machines: one JSON object a line.
    case json
  }

  /// The least important level that is written. Default: `info`. At `debug` there is a line for each request.
  public var level = Level.info
  /// How a line is written. Default: `text`.
  public var format = Format.text

  /// The defaults, as documented at each property.
  public init() {}
}
