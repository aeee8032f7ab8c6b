import OCI

/// What an endpoint is shown, and where it comes from.
struct Proof: Sendable {
  let authorization: Authorization
  /// Who it is: the generation of the credential it was had for, 0 for anybody.
  let account: RateBudgets.Account
  /// The token that it is made of, if it is one, and what that is kept under.
  var token: (key: TokenKey, value: Secret)?
  /// The credential that it is, or was had for, if any.
  var credential: Credential?
  /// The token service that was not shown the configured credential, and gave a token without.
  var withheldFrom: Origin?

  /// What it means that the endpoint does not take it.
  func failure(status: Int) -> UpstreamFailure {
    withheldFrom.map { .realmRefused(origin: $0.description) } ?? .denied(status: status)
  }
}
