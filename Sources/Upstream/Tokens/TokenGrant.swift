import OCI

/// The answer of a token service (distribution, token authentication specification).
struct TokenGrant: Hashable, Sendable {
  let token: Secret
  /// How long the token is good for, counted from its arrival: clocks differ, so `issued_at` is not looked at.
  let lifetime: Duration

  /// What a token without `expires_in`, or with a shorter one, is taken to last: the specification promises it.
  static let minLifetime: Duration = .seconds(60)
  /// What a longer life is cut to.
  static let maxLifetime: Duration = .seconds(24 * 3_600)

  init(token: Secret, lifetime: Duration) {
    self.token = token
    self.lifetime = min(max(lifetime, Self.minLifetime), Self.maxLifetime)
  }

  /// Reads `{"token"|"access_token", "expires_in"}`.
  ///
  /// - Throws: `protocolViolation` if there is no token, or one that could not stand in a header field.
  init(parsing bytes: [UInt8], limits: Limits) throws(UpstreamFailure) {
    let document: JSONValue
    do {
      document = try StrictJSON.parse(bytes, maxBytes: limits.maxTokenBodyBytes, limits: limits)
    } catch {
      throw .protocolViolation("the token service's answer is not JSON")
    }
    let candidates = ["token", "access_token"].lazy.compactMap { document.object?[$0]?.string }
    guard let token = candidates.first(where: { !$0.isEmpty }) else {
      throw .protocolViolation("the token service's answer holds no token")
    }
    guard token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw .protocolViolation("the token service's token is not printable")
    }
    let seconds = document.object?["expires_in"]?.int64 ?? 0
    // Clamped before it becomes a duration, which would overflow.
    self.init(token: Secret(token), lifetime: .seconds(min(max(seconds, 0), Self.maxLifetime.components.seconds)))
  }
}
