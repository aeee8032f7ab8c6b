/// How the registry behaves as a matter of course, apart from rules.
public struct UpstreamSettings: Sendable, Equatable {
  /// Who may do what: the first policy whose pattern fits the repository decides; with none, everyone may read.
  public var access: [AccessPolicy] = []
  /// How tokens are asked for and given.
  public var tokenService = TokenServiceSettings()
  /// Pull limits in Docker Hub's manner.
  public var rateLimit = RateLimitSettings()
  /// The referrers API.
  public var referrers = ReferrersSettings()
  /// Tag lists.
  public var tags = TagListSettings()
  /// Whether the storage origin answers 400 to a request that has both a signed link and an `Authorization` header,
  /// as S3 does.
  public var storageRefusesAuthorization = true

  /// An open registry that behaves.
  public init() {}

  /// Some sections, each to take the place of what is there.
  struct Change: Decodable {
    var access: [AccessPolicy]?
    var tokenService: TokenServiceSettings?
    var rateLimit: RateLimitSettings?
    var referrers: ReferrersSettings?
    var tags: TagListSettings?
    var storageRefusesAuthorization: Bool?

    enum CodingKeys: String, CodingKey, CaseIterable {
      case access, tokenService, rateLimit, referrers, tags, storageRefusesAuthorization
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
      access = try container.decodeIfPresent([AccessPolicy].self, forKey: .access)
      tokenService = try container.decodeIfPresent(TokenServiceSettings.self, forKey: .tokenService)
      rateLimit = try container.decodeIfPresent(RateLimitSettings.self, forKey: .rateLimit)
      referrers = try container.decodeIfPresent(ReferrersSettings.self, forKey: .referrers)
      tags = try container.decodeIfPresent(TagListSettings.self, forKey: .tags)
      storageRefusesAuthorization = try container.decodeIfPresent(Bool.self, forKey: .storageRefusesAuthorization)
    }
  }

  mutating func apply(_ change: Change) {
    access = change.access ?? access
    tokenService = change.tokenService ?? tokenService
    rateLimit = change.rateLimit ?? rateLimit
    referrers = change.referrers ?? referrers
    tags = change.tags ?? tags
    storageRefusesAuthorization = change.storageRefusesAuthorization ?? storageRefusesAuthorization
  }
}

/// Who may read the repositories that fit a pattern, and how they prove it.
public struct AccessPolicy: Sendable, Equatable, Decodable {
  /// The proof that the registry origin asks for.
  public enum Scheme: String, Sendable, Codable {
    case anonymous, basic, token
  }

  /// A pattern for repositories, with `*` for any run of characters. The ping has the empty name.
  public var repositories: String
  /// How access is proved.
  public var scheme: Scheme
  /// Passwords, by user.
  public var users: [String: String]
  /// Whether the token service refuses whoever shows no password (401); otherwise it gives anonymous tokens.
  public var requiresCredentials: Bool

  enum CodingKeys: String, CodingKey, CaseIterable { case repositories, scheme, users, requiresCredentials }

  /// A policy; for all repositories unless said otherwise.
  public init(
    _ scheme: Scheme,
    repositories: String = "*",
    users: [String: String] = [:],
    requiresCredentials: Bool = false
  ) {
    self.repositories = repositories
    self.scheme = scheme
    self.users = users
    self.requiresCredentials = requiresCredentials
  }

  /// Reads the JSON form; only `scheme` is required.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    self.init(
      try container.decode(Scheme.self, forKey: .scheme),
      repositories: try container.value(.repositories, else: "*"),
      users: try container.value(.users, else: [:]),
      requiresCredentials: try container.value(.requiresCredentials, else: false)
    )
  }
}
