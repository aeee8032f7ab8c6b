internal import OCI
internal import Synchronization

extension Authority {
  /// What is known of a JWT without checking its signature. The name of a user beside it means nothing.
  func rememberedJWT(_ text: String, _ snapshot: AccessSnapshot) -> Quick {
    guard text.utf8.count <= JSONWebToken.maxBytes else {
      onRefusedJWT("\(JWTProblem.tooLong)")
      return .refused(.wrong)
    }
    let (key, now) = (jwtKey(text, snapshot), clock.monotonic())
    let entry = state.withLock { $0.successes[key] }
    guard let entry, entry.until > now, entry.identity.endsAt ?? 0 > clock.wall() - TrustedIssuer.slack else {
      return .needsCheck
    }
    return .known(entry.identity)
  }

  /// Checks a JWT: its signature on a lane, after its issuer's keys have been fetched if need be.
  func checkJWT(_ text: String, _ snapshot: AccessSnapshot) async -> Result<Identity, IdentityRefusal> {
    do throws(JWTProblem) {
      let token = try JSONWebToken(parsing: text)
      let issuer = try Self.issuer(of: token, snapshot)
      guard let key = try await key(for: token, of: issuer) else { throw .unknownKey(token.keyID) }
      guard let isRight = await onLane({ key.isRight(token.signature, over: token.signed) }) else {
        return .failure(.busy(retryAfter: .seconds(1)))
      }
      guard isRight else { throw .signature }
      let (name, end) = try issuer.subject(of: token, at: clock.wall())
      let identity = Identity(
        subject: .named(name),
        credential: CredentialID(method: .jwt, name: issuer.issuer, generation: generation(of: issuer.fingerprint)),
        endsAt: end
      )
      let remembered = Remembered(identity: identity, until: clock.monotonic() + 300)
      state.withLock { $0.successes.insert(remembered, for: jwtKey(text, snapshot)) }
      return .success(identity)
    } catch {
      onRefusedJWT("\(error)")
      return .failure(.wrong)
    }
  }

  /// Of several entries for one issuer, the one whose audience the token has.
  private static func issuer(of token: JSONWebToken, _ snapshot: AccessSnapshot) throws(JWTProblem) -> TrustedIssuer {
    let stated = token.claims["iss"]?.string ?? ""
    let fitting = snapshot.issuers.filter { $0.issuer.utf8.elementsEqual(stated.utf8) }
    guard !fitting.isEmpty else { throw .unknownIssuer }
    guard let issuer = fitting.first(where: { token.audiences.contains($0.audience) }) else { throw .audience }
    return issuer
  }

  private func key(for token: JSONWebToken, of issuer: TrustedIssuer) async throws(JWTProblem) -> VerificationKey? {
    if let keys = issuer.keys { return keys.key(token.keyID, for: token.algorithm) }
    return try await issuerKeys.key(of: issuer.issuer, token.keyID, for: token.algorithm)
  }

  /// Runs a check on a lane; nil if it was not made.
  private func onLane(_ check: @escaping @Sendable () -> Bool) async -> Bool? {
    await withCheckedContinuation { continuation in
      let accepted = lanes.submit { isInTime in continuation.resume(returning: isInTime ? check() : nil) }
      if !accepted { continuation.resume(returning: nil) }
    }
  }

  private func jwtKey(_ text: String, _ snapshot: AccessSnapshot) -> [UInt8] {
    let fingerprint = snapshot.issuersFingerprint
    return code.code(of: Array("jwt \(fingerprint.utf8.count):\(fingerprint)\(text)".utf8))
  }
}
