extension Action {
  /// How `Accept` decides over manifests; without a mode it is ignored.
  public enum AcceptMode: String, Sendable, Codable {
    /// Manifests whose type is not listed are 404, and `*/*` lists nothing.
    case strict
    /// A tag of an index answers with its linux/amd64 manifest, unless the index's own type is listed.
    case platform
  }

  /// How the end of a body is told.
  public enum Framing: String, Sendable, Codable {
    /// `Content-Length`, as ever.
    case length
    /// `Transfer-Encoding: chunked`.
    case chunked
    /// Neither: the body ends with the connection.
    case close
  }

  /// A body without end.
  public struct Endless: Sendable, Codable, Equatable {
    /// What it begins with.
    public var prefix: String?
    /// What is repeated after that; `a` when nil.
    public var fill: String?
    /// Its `Content-Type`.
    public var contentType: String?

    enum CodingKeys: String, CodingKey, CaseIterable { case prefix, fill, contentType }

    /// `prefix`, then `fill` for ever.
    public init(prefix: String? = nil, fill: String? = nil, contentType: String? = nil) {
      self.prefix = prefix
      self.fill = fill
      self.contentType = contentType
    }

    /// Reads the JSON form; nothing is required.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
      prefix = try container.decodeIfPresent(String.self, forKey: .prefix)
      fill = try container.decodeIfPresent(String.self, forKey: .fill)
      contentType = try container.decodeIfPresent(String.self, forKey: .contentType)
    }
  }

  /// A redirect.
  public struct Redirect: Sendable, Codable, Equatable {
    /// `storage` (a signed link to the same content), `registry`, `token` or `recorder` (the same path and query
    /// there), `self` (a loop), or a URL, in which `{target}` stands for the request's path and query.
    public var to: String
    /// 307 when nil.
    public var status: Int?
    /// How often a signed link can be used; without limit when nil.
    public var uses: Int?
    /// How long a signed link can be used, in milliseconds; without limit when nil.
    public var lifetime: Int?
    /// Leave scheme, host and port out of `Location`, where the target is on the same origin.
    public var relative: Bool?

    enum CodingKeys: String, CodingKey, CaseIterable { case to, status, uses, lifetime, relative }

    /// A redirect to a place.
    public init(
      to place: String,
      status: Int? = nil,
      uses: Int? = nil,
      lifetime: Int? = nil,
      relative: Bool? = nil
    ) {
      to = place
      self.status = status
      self.uses = uses
      self.lifetime = lifetime
      self.relative = relative
    }

    /// Reads the JSON form; only `to` is required.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
      to = try container.decode(String.self, forKey: .to)
      status = try container.decodeIfPresent(Int.self, forKey: .status)
      uses = try container.decodeIfPresent(Int.self, forKey: .uses)
      lifetime = try container.decodeIfPresent(Int.self, forKey: .lifetime)
      relative = try container.decodeIfPresent(Bool.self, forKey: .relative)
    }
  }

  /// A pause in mid-body: for `milliseconds`, or until the gate `until` is opened, or for ever.
  public struct Stall: Sendable, Codable, Equatable {
    /// The body bytes that are sent first.
    public var after: Int64
    /// How long.
    public var milliseconds: Int?
    /// The gate that ends it.
    public var until: String?

    enum CodingKeys: String, CodingKey, CaseIterable { case after, milliseconds, until }

    /// A pause after so many bytes.
    public init(after: Int64, milliseconds: Int? = nil, until: String? = nil) {
      self.after = after
      self.milliseconds = milliseconds
      self.until = until
    }

    /// Reads the JSON form; only `after` is required.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
      after = try container.decode(Int64.self, forKey: .after)
      milliseconds = try container.decodeIfPresent(Int.self, forKey: .milliseconds)
      until = try container.decodeIfPresent(String.self, forKey: .until)
    }
  }

  /// An early end of the connection.
  public struct Cut: Sendable, Codable, Equatable {
    /// How it ends.
    public enum Manner: String, Sendable, Codable {
      /// In order: FIN, over TLS after a close_notify.
      case close
      /// FIN; over TLS without the close_notify that says that this is all.
      case truncate
      /// RST, sent when the peer's kernel has acknowledged every byte before it.
      case reset
    }

    /// The body bytes that are sent first; nil cuts before the head.
    public var after: Int64?
    /// How it ends.
    public var how: Manner

    enum CodingKeys: String, CodingKey, CaseIterable { case after, how }

    /// An end after so many bytes; before the head for nil.
    public init(after: Int64?, how: Manner) {
      self.after = after
      self.how = how
    }

    /// Reads the JSON form; only `how` is required.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
      after = try container.decodeIfPresent(Int64.self, forKey: .after)
      how = try container.decode(Manner.self, forKey: .how)
    }
  }
}
