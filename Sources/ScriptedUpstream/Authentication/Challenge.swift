import NIOHTTP1

/// Spells the `WWW-Authenticate` fields of a refusal.
enum Challenge {
  /// The fields of a Bearer challenge in the style asked for.
  static func bearer(
    _ settings: TokenServiceSettings,
    realm: String,
    repository: String,
    error: String?
  ) -> [String] {
    var parameters = ["realm=\"\(realm)\""]
    if !settings.service.isEmpty {
      parameters.append(settings.style == .unquoted ? "service=\(settings.service)" : "service=\"\(settings.service)\"")
    }
    let scope = settings.scope ?? (repository.isEmpty ? "" : "repository:\(repository):pull")
    if !scope.isEmpty { parameters.append("scope=\"\(scope)\"") }
    if let error { parameters.append("error=\"\(error)\"") }
    let bearer = "Bearer " + parameters.joined(separator: ",")
    return switch settings.style {
    case .quoted, .unquoted: [bearer]
    case .severalInOneField: ["\(basic), \(bearer)"]
    case .severalFields: [basic, bearer]
    }
  }

  /// A Basic challenge.
  static let basic = "Basic realm=\"scripted upstream\""
}
