/// The tokens that have been given and still hold. Pure: time is passed in.
struct TokenLedger: Sendable {
  struct Grant: Sendable {
    var user: String
    var scopes: Set<String>
    var expiresAt: UInt64
    var usesLeft: Int?
  }

  enum Verdict: Equatable {
    case accepted(user: String)
    /// It does not hold: unknown, expired, revoked or used up.
    case invalid
    /// It holds, for something else.
    case insufficient
  }

  private var grants: [String: Grant] = [:]
  private var refreshTokens: [String: String] = [:]
  private var issued = 0

  /// A new token for `scopes`. The texts differ and are never told apart by chance from a real one: `scripted-token-7`.
  mutating func issue(
    user: String,
    scopes: [String],
    _ settings: TokenServiceSettings,
    now: UInt64
  ) -> String {
    issued += 1
    let token = "scripted-token-\(issued)"
    let lifetime = UInt64(max(0, settings.lifetime)) * 1_000_000
    grants[token] = Grant(
      user: user,
      scopes: Set(scopes),
      expiresAt: now + lifetime,
      usesLeft: settings.maxUses
    )
    return token
  }

  /// A refresh token of a user.
  mutating func issueRefreshToken(user: String) -> String {
    issued += 1
    let token = "scripted-refresh-\(issued)"
    refreshTokens[token] = user
    return token
  }

  func user(ofRefreshToken token: String) -> String? { refreshTokens[token] }

  /// Whether a token lets its bearer read a repository (the empty name stands for the ping); counts the use.
  mutating func use(_ token: String, for repository: String, literalScope: String?, now: UInt64) -> Verdict {
    guard let grant = grants[token], grant.expiresAt > now, grant.usesLeft != 0 else { return .invalid }
    let fits =
      if let literalScope { literalScope.isEmpty || grant.scopes.contains(literalScope) } else {
        repository.isEmpty || grant.scopes.contains { Self.scope($0, allowsPullFrom: repository) }
      }
    guard fits else { return .insufficient }
    if let left = grant.usesLeft { grants[token]?.usesLeft = left - 1 }
    return .accepted(user: grant.user)
  }

  /// `repository:NAME:…pull…`; the name may itself contain a colon, in a port.
  private static func scope(_ scope: String, allowsPullFrom repository: String) -> Bool {
    guard let first = scope.firstIndex(of: ":"), let last = scope.lastIndex(of: ":"), first < last else { return false }
    let actions = scope[scope.index(after: last)...].split(separator: ",")
    return scope[..<first] == "repository" && scope[scope.index(after: first)..<last] == repository
      && (actions.contains("pull") || actions.contains("*"))
  }

  /// Takes back one token, or all; returns how many.
  mutating func revoke(_ token: String?) -> Int {
    guard let token else {
      let count = grants.count
      grants = [:]
      return count
    }
    return grants.removeValue(forKey: token) == nil ? 0 : 1
  }
}
