import NIOHTTP1

/// What authentication says of a request.
enum Admission: Sendable {
  /// It may go on; the user is empty for an anonymous one.
  case granted(user: String)
  case refused(Answer)

  var isGranted: Bool {
    if case .granted = self { true } else { false }
  }
}

extension UpstreamState {
  /// The policy for a repository; the ping has the empty name.
  func policy(for repository: String) -> AccessPolicy {
    settings.access.first { Pattern.matches($0.repositories, repository) } ?? AccessPolicy(.anonymous)
  }

  /// Checks what a request shows. Only the registry origin asks for anything; the token service checks for itself.
  mutating func admit(_ request: IncomingRequest, now: UInt64) -> Admission {
    guard request.origin == .registry, request.route.kind != .token else { return .granted(user: "") }
    let repository = request.route.repository
    let policy = policy(for: repository)
    let shown = Authorization(request.headers)
    switch (policy.scheme, shown) {
    case (.anonymous, _): return .granted(user: "")
    case (.basic, .basic(let user, let password)) where policy.users[user] == password: return .granted(user: user)
    case (.basic, _): return .refused(refusal([Challenge.basic]))
    case (.token, .bearer(let token)):
      let verdict = tokens.use(token, for: repository, literalScope: settings.tokenService.scope, now: now)
      return switch verdict {
      case .accepted(let user): .granted(user: user)
      case .invalid: .refused(tokenRefusal(repository, error: "invalid_token"))
      case .insufficient: .refused(tokenRefusal(repository, error: "insufficient_scope"))
      }
    case (.token, _): return .refused(tokenRefusal(repository, error: nil))
    }
  }

  private func tokenRefusal(_ repository: String, error: String?) -> Answer {
    let service = settings.tokenService
    let realm =
      switch service.realm {
      case "token": url(.token) + "/token"
      case "registry": url(.registry) + Route.tokenPath
      default: service.realm
      }
    return refusal(Challenge.bearer(service, realm: realm, repository: repository, error: error))
  }

  private func refusal(_ challenges: [String]) -> Answer {
    var answer = Answer.error(401, "UNAUTHORIZED", "authentication required")
    answer.headers.add(contentsOf: challenges.map { ("WWW-Authenticate", $0) })
    answer.headers.add(name: "Docker-Distribution-API-Version", value: "registry/2.0")
    return answer
  }
}
