import OCI

/// What an endpoint is shown, and where it comes from.
struct Proof: Sendable {
  let authorization: Authorization
  /// Who it is: the credential that it was had for.
  let account: CredentialID
  /// The token that it is made of, if it is one, and what that is kept under.
  var token: (key: TokenKey, value: Secret)?
  /// The credential that it is, or was had for, if any.
  var credential: Credential?
  /// The token service that was not shown the configured credential, and gave a token without.
  var withheldFrom: Origin?
  /// Whether the endpoint's wish was guessed: a refusal then says nothing about the credential.
  var isGuess = false

  /// What it means that the endpoint does not take it; `failure` is what that says by itself.
  func meaning(of failure: UpstreamFailure) -> UpstreamFailure {
    withheldFrom.map { .realmRefused(origin: $0.description) } ?? failure
  }
}
