/// What a token service may be shown. It is named by the registry's answer, so it is outside input
/// (CVE-2026-33540).
struct RealmPolicy: Sendable {
  /// What a token is fetched with.
  enum Decision: Hashable {
    /// The credentials may be shown.
    case withCredentials
    /// The service is a stranger: it is asked for a token as anybody may.
    case anonymously
    /// The service is not asked at all.
    case refused
  }

  /// The endpoint that has sent the challenge.
  let endpoint: Origin
  /// Listed for the upstream.
  let tokenOrigins: [Origin]

  /// - Parameter realm: where the challenge sends us.
  func decision(for realm: Origin) -> Decision {
    // No token travels in the clear because a registry asked for it; only because its own endpoint is plain HTTP.
    if realm.scheme == .http, endpoint.scheme == .https, !tokenOrigins.contains(realm) { return .refused }
    return realm == endpoint || tokenOrigins.contains(realm) ? .withCredentials : .anonymously
  }
}
