import Foundation
import NIOCore
import NIOHTTP1

extension UpstreamState {
  private struct TokenDocument: Encodable {
    var token: String?
    var access_token: String?
    var expires_in: Int?
    var issued_at: String?
    var refresh_token: String?
    var scope: String?
  }

  /// Answers at the token service: GET as of the Docker token specification, POST as of OAuth2.
  mutating func tokenAnswer(_ request: IncomingRequest, now: UInt64) -> Answer {
    switch request.method {
    case "GET":
      let scopes = request.queryValues("scope").flatMap(Self.scopes)
      guard let user = tokenUser(Authorization(request.headers), scopes: scopes) else { return tokenDenial }
      let wantsRefresh = request.queryValues("offline_token").first == "true"
      return grant(user, scopes, isOAuth: false, wantsRefresh: wantsRefresh, now: now)
    case "POST" where settings.tokenService.allowsPost:
      let form = FormFields(String(buffer: request.body))
      let scopes = Self.scopes(form.first("scope") ?? "")
      let shown: Authorization
      switch form.first("grant_type") {
      case "password": shown = .basic(user: form.first("username") ?? "", password: form.first("password") ?? "")
      case "refresh_token":
        guard let user = form.first("refresh_token").flatMap(tokens.user(ofRefreshToken:)) else { return tokenDenial }
        return grant(user, scopes, isOAuth: true, wantsRefresh: false, now: now)
      default: return .error(400, "UNSUPPORTED", "unknown grant_type")
      }
      guard let user = tokenUser(shown, scopes: scopes) else { return tokenDenial }
      return grant(user, scopes, isOAuth: true, wantsRefresh: form.first("access_type") == "offline", now: now)
    default: return .error(405, "UNSUPPORTED", "method not allowed")
    }
  }

  private var tokenDenial: Answer {
    var answer = Answer.error(401, "UNAUTHORIZED", "incorrect username or password")
    answer.headers.add(name: "WWW-Authenticate", value: Challenge.basic)
    return answer
  }

  private static func scopes(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

  /// Whoever shows the credentials, empty for nobody in particular; nil if every policy asked about refuses.
  private func tokenUser(_ shown: Authorization, scopes: [String]) -> String? {
    let names = scopes.map(Self.repository)
    for policy in (names.isEmpty ? [""] : names).map(policy(for:)) {
      switch shown {
      case .basic(let user, let password):
        guard policy.users[user] == password else { return nil }
        return user
      case .none:
        guard !policy.requiresCredentials || settings.tokenService.refusesAtRegistry else { return nil }
      case .bearer, .unreadable: return nil
      }
    }
    return ""
  }

  /// The repository of a scope; empty for scopes of other kinds.
  private static func repository(_ scope: String) -> String {
    guard let first = scope.firstIndex(of: ":"), let last = scope.lastIndex(of: ":"), first < last,
      scope[..<first] == "repository"
    else { return "" }
    return String(scope[scope.index(after: first)..<last])
  }

  private mutating func grant(
    _ user: String,
    _ scopes: [String],
    isOAuth: Bool,
    wantsRefresh: Bool,
    now: UInt64
  ) -> Answer {
    let service = settings.tokenService
    // token.md: a token may grant less than was asked for.
    let granted = scopes.filter { !policy(for: Self.repository($0)).requiresCredentials || !user.isEmpty }
    let token = tokens.issue(user: user, scopes: granted, service, now: now)
    let expiresIn = service.expiresIn ?? service.lifetime / 1000
    return .json(
      200,
      TokenDocument(
        token: service.field == .accessToken || isOAuth ? nil : token,
        access_token: service.field == .token && !isOAuth ? nil : token,
        expires_in: expiresIn < 0 ? nil : expiresIn,
        issued_at: service.tellsIssuedAt ? Date().ISO8601Format() : nil,
        refresh_token: wantsRefresh ? tokens.issueRefreshToken(user: user) : nil,
        scope: isOAuth ? granted.joined(separator: " ") : nil
      )
    )
  }
}
