extension Identity {
  /// What the short token that was shown covers of a repository, by the client's name for it; nil where none was shown.
  public func scopedActions(on name: String) -> Actions? { scopes.map { AccessToken.actions(of: $0, on: name) } }
}
