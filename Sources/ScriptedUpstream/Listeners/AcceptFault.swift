/// A misbehaviour towards connections as they come, before any request.
public struct AcceptFault: Sendable, Codable, Equatable {
  /// What befalls the connection.
  public enum Kind: String, Sendable, Codable {
    /// It is closed at once.
    case close
    /// It is reset at once.
    case reset
    /// It is accepted and never answered; over TLS not even the handshake.
    case silence
  }

  /// The listener.
  public var origin: Origin
  /// What befalls its connections.
  public var kind: Kind
  /// How many of them; all, for nil.
  public var times: Int?

  enum CodingKeys: String, CodingKey, CaseIterable { case origin, kind, times }

  /// A fault of a listener's next connections.
  public init(_ kind: Kind, origin: Origin = .registry, times: Int? = nil) {
    self.kind = kind
    self.origin = origin
    self.times = times
  }

  /// Reads the JSON form; only `kind` is required.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    self.init(
      try container.decode(Kind.self, forKey: .kind),
      origin: try container.value(.origin, else: .registry),
      times: try container.decodeIfPresent(Int.self, forKey: .times)
    )
  }
}
