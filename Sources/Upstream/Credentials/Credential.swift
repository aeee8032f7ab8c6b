import OCI

/// Tells credentials apart: the same whenever the same one is read.
struct CredentialID: Hashable, Sendable {
  /// That of who asks without a credential.
  static let anonymous = CredentialID(0)

  private let number: UInt32

  init(_ number: UInt32) { self.number = number }
}

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

  /// By what it is known; never that of anonymous requests. It is short, so that it tells nobody a password.
  var id: CredentialID {
    let text =
      switch proof {
      case .password(let username, let password): "password\0\(username)\0\(password.reveal())"
      case .identityToken(let token): "identity\0\(token.reveal())"
      }
    let digest = Digest.of(text.utf8)
    return CredentialID(max(1, digest.bytes.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }))
  }
}
