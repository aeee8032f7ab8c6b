import OCI
import Upstream

extension Field {
  /// A credential and the repositories that it is for.
  func credential() -> CredentialRule? {
    guard let section = section(CredentialKey.self) else { return nil }
    let patterns = section[.repositories]?.list(of: "repository patterns") { $0.repositoryPattern() } ?? []
    return section.credentialSource().map { CredentialRule($0, repositories: patterns) }
  }
}

extension Section<CredentialKey> {
  fileprivate func credentialSource() -> CredentialSource? {
    if let dockerConfig = self[.dockerConfig] {
      for key in [CredentialKey.username, .password, .passwordFile] {
        self[key]?.refuse("a docker configuration has its own user names and passwords: leave one of the two out")
      }
      return dockerConfig.file("the docker configuration").map { .dockerConfig(path: $0) }
    }
    guard let nameField = self[.username] else {
      lacks("a user: write username and passwordFile, username and password, or dockerConfig")
      return nil
    }
    let username = nameField.username()
    switch (self[.password], self[.passwordFile]) {
    case (let password?, nil):
      return username.flatMap { name in password.secret().map { .basic(username: name, password: $0) } }
    case (nil, let file?):
      let path = file.file("the password file")
      return username.flatMap { name in path.map { .passwordFile(username: name, path: $0) } }
    case (nil, nil):
      lacks("a password: write passwordFile (a path) or password")
    case (_?, let file?):
      file.refuse("stands beside password: leave one of the two out")
    }
    return nil
  }
}

extension Field {
  /// RFC 7617 §2: a user name with a colon cannot be told from its password.
  fileprivate func username() -> String? {
    value(expected: "a user name") { text throws(InvalidValue) in
      guard !text.isEmpty, !text.contains(":") else {
        throw InvalidValue(expected: "a user name without a colon", found: text)
      }
      return text
    }
  }

  /// A password that stands in the file. No message shows it.
  fileprivate func secret() -> Secret? {
    guard case .scalar(let text, _) = node.content, !text.isEmpty else {
      if case .refused = node.content { return nil }
      refuse("expected a password")
      return nil
    }
    if context.isWorldReadable {
      warn("everybody on this machine can read this password: use passwordFile, or chmod the file to 600")
    }
    return Secret(text)
  }
}
