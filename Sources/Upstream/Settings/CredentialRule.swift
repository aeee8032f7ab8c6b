import OCI

/// A credential, and what it is meant for.
public struct CredentialRule: Sendable, Hashable {
  /// Where the user name and password come from.
  public var source: CredentialSource
  /// The repositories it is for; none means all of the upstream's.
  public var repositories: [RepositoryPattern]
  /// The endpoint it is for. Nil means the upstream's own registry, as opposed to its mirrors: the endpoint that is
  /// built in or bears the upstream's name, else the first.
  public var endpoint: Origin?
  /// How long the answer of a credential helper is used before the helper is asked again. Their protocol tells of no
  /// expiry; an answer that a registry does not take is dropped in any case.
  public var helperLifetime: Duration = .seconds(300)

  /// A credential for the repositories that one of `repositories` matches, or for all.
  public init(_ source: CredentialSource, repositories: [RepositoryPattern] = [], endpoint: Origin? = nil) {
    (self.source, self.repositories, self.endpoint) = (source, repositories, endpoint)
  }

  /// Whether the credential is meant for `name`.
  func covers(_ name: RepositoryName) -> Bool {
    repositories.isEmpty || repositories.contains { $0.matches(name) }
  }
}
