import OCI

/// Who asks, as read from its source just now.
struct Credential: Sendable, Hashable {
  /// What proves it.
  enum Proof: Sendable, Hashable {
    case password(username: String, Secret)
    /// A refresh token of a token service, kept by docker under `identitytoken`.
    case identityToken(Secret)
  }

  let proof: Proof

  init(_ proof: Proof) { self.proof = proof }

  /// A number that tells credentials apart, the same whenever the same one is read; never 0.
  ///
  /// It is written into the store, so it is short: one in four billion guesses fits it, which tells nobody a password.
  var generation: UInt32 {
    let text =
      switch proof {
      case .password(let username, let password): "password\0\(username)\0\(password.reveal())"
      case .identityToken(let token): "identity\0\(token.reveal())"
      }
    let digest = Digest.of(text.utf8)
    return max(1, digest.bytes.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
  }
}
