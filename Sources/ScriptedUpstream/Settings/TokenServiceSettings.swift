/// How tokens are asked for (the challenge), given (the service's answer) and taken (the registry's check).
public struct TokenServiceSettings: Sendable, Equatable, Decodable {
  /// How a challenge is spelt.
  public enum ChallengeStyle: String, Sendable, Codable {
    /// `Bearer realm="…",service="…",scope="…"`
    case quoted
    /// The service as a bare token, as gcr.io does.
    case unquoted
    /// A Basic challenge before it in the same field, as quay.io does.
    case severalInOneField
    /// A Basic challenge before it in a field of its own.
    case severalFields
  }

  /// Under which names the answer gives the token.
  public enum TokenField: String, Sendable, Codable {
    case token, accessToken, both
  }

  /// The challenge's realm: `token` for the token origin, `registry` for the registry's own `/token`, or any URL.
  public var realm = "token"
  /// The challenge's service; empty for none.
  public var service = "scripted.registry"
  /// The challenge's scope: nil for `repository:NAME:pull`, empty for none, else as it stands (`aws`).
  public var scope: String?
  /// How the challenge is spelt.
  public var style = ChallengeStyle.quoted
  /// How long tokens hold, in milliseconds.
  public var lifetime = 300_000
  /// The `expires_in` told, in seconds: nil for the truth, negative for none at all.
  public var expiresIn: Int?
  /// Whether `issued_at` is told.
  public var tellsIssuedAt = true
  /// Under which names the token is given.
  public var field = TokenField.both
  /// How many requests the registry takes a token for; without limit when nil.
  public var maxUses: Int?
  /// Whether the service speaks OAuth2 (`POST`); otherwise it answers 405.
  public var allowsPost = true
  /// Whether whoever lacks credentials gets a token all the same, one that the registry refuses.
  public var refusesAtRegistry = false

  enum CodingKeys: String, CodingKey, CaseIterable {
    case realm, service, scope, style, lifetime, expiresIn, tellsIssuedAt, field, maxUses, allowsPost
    case refusesAtRegistry
  }

  /// A service of its own origin whose tokens hold five minutes.
  public init() {}

  /// Made by setting what differs.
  public init(_ set: (inout TokenServiceSettings) -> Void) { set(&self) }

  /// Reads the JSON form; what is absent is as by default.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    realm = try container.value(.realm, else: realm)
    service = try container.value(.service, else: service)
    scope = try container.decodeIfPresent(String.self, forKey: .scope)
    style = try container.value(.style, else: style)
    lifetime = try container.value(.lifetime, else: lifetime)
    expiresIn = try container.decodeIfPresent(Int.self, forKey: .expiresIn)
    tellsIssuedAt = try container.value(.tellsIssuedAt, else: tellsIssuedAt)
    field = try container.value(.field, else: field)
    maxUses = try container.decodeIfPresent(Int.self, forKey: .maxUses)
    allowsPost = try container.value(.allowsPost, else: allowsPost)
    refusesAtRegistry = try container.value(.refusesAtRegistry, else: refusesAtRegistry)
  }
}
