import NIOHTTP1

/// A misbehaviour, for the requests that it matches.
public struct Rule: Sendable, Codable, Equatable {
  /// The requests it is for.
  public var match: RuleMatch
  /// How many of them it is applied to; all, for nil.
  public var times: Int?
  /// How many of the first matching ones it lets pass.
  public var skip: Int
  /// What it does.
  public var action: Action

  enum CodingKeys: String, CodingKey, CaseIterable { case match, times, skip, action }

  /// A rule.
  public init(_ match: RuleMatch = RuleMatch(), times: Int? = nil, skip: Int = 0, action: Action) {
    self.match = match
    self.times = times
    self.skip = skip
    self.action = action
  }

  /// Reads the JSON form; only `action` is required. `times` is a number or `"forever"`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    match = try container.decodeIfPresent(Strict<RuleMatch>.self, forKey: .match)?.value ?? RuleMatch()
    let isForever = (try? container.decode(String.self, forKey: .times)) == "forever"
    times = isForever ? nil : try container.decodeIfPresent(Int.self, forKey: .times)
    skip = try container.value(.skip, else: 0)
    action = try container.decode(Strict<Action>.self, forKey: .action).value
  }
}

/// Which requests a rule is for. Every field that is not nil must agree.
public struct RuleMatch: Sendable, Codable, Equatable, StrictlyKeyed {
  /// Whether authentication let the request in.
  public enum Authentication: String, Sendable, Codable {
    case passed, refused, any
  }

  /// Any of these kinds.
  public var kind: [RequestKind]?
  /// The listener.
  public var origin: Origin?
  /// The repository, with `*` for any run of characters.
  public var repository: String?
  /// The tag or digest, with `*` for any run of characters.
  public var reference: String?
  /// The HTTP method.
  public var method: String?
  /// Whether it has a `Range` header.
  public var range: Bool?
  /// Whether authentication let it in; `passed` when nil, so that a request which is about to be challenged does not
  /// use up what is meant for the one after it.
  public var authentication: Authentication?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case kind, origin, repository, reference, method, range, authentication
  }

  /// Requests of these kinds; of all, for nil.
  public init(
    _ kind: RequestKind...,
    origin: Origin? = nil,
    repository: String? = nil,
    reference: String? = nil,
    method: String? = nil,
    range: Bool? = nil,
    authentication: Authentication? = nil
  ) {
    self.kind = kind.isEmpty ? nil : kind
    self.origin = origin
    self.repository = repository
    self.reference = reference
    self.method = method
    self.range = range
    self.authentication = authentication
  }

  /// Reads the JSON form; `kind` is one kind or a list.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let one = try? container.decode(RequestKind.self, forKey: .kind) {
      kind = [one]
    } else {
      kind = try container.decodeIfPresent([RequestKind].self, forKey: .kind)
    }
    origin = try container.decodeIfPresent(Origin.self, forKey: .origin)
    repository = try container.decodeIfPresent(String.self, forKey: .repository)
    reference = try container.decodeIfPresent(String.self, forKey: .reference)
    method = try container.decodeIfPresent(String.self, forKey: .method)
    range = try container.decodeIfPresent(Bool.self, forKey: .range)
    authentication = try container.decodeIfPresent(Authentication.self, forKey: .authentication)
  }

  func matches(_ request: IncomingRequest, isAuthenticated: Bool) -> Bool {
    let agrees =
      switch authentication ?? .passed {
      case .passed: isAuthenticated
      case .refused: !isAuthenticated
      case .any: true
      }
    return agrees && (kind?.contains(request.route.kind) ?? true) && (origin ?? request.origin) == request.origin
      && (method ?? request.method) == request.method
      && (range.map { $0 == request.headers.contains(name: "Range") } ?? true)
      && Pattern.matches(repository, request.route.repository)
      && Pattern.matches(reference, request.route.reference)
  }
}
