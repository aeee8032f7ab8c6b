import OCI

@testable import Access
@testable import BerthConfiguration

extension FuzzTarget {
  /// What says who somebody is, and what they may do.
  static let access = [
    text("htpasswd") { text in
      guard let file = try? PasswordFile(parsing: text) else { return }
      try promise(file.count == 0 || file.decoy != nil, "an unknown user costs what a known one does")
      try promise(file.count <= text.utf8.count, "no user comes from nowhere")
    },
    text("token-file") { text in
      guard let file = try? TokenFile.parse(text, path: "tokens.yaml") else { return }
      let again = try TokenFile.parse(file.text, path: "tokens.yaml")
      try promise(again == file, "it reads back")
    },
    text("jwt") { text in
      guard let token = try? JSONWebToken(parsing: text) else { return }
      try promise(!token.keyID.isEmpty && text.utf8.count <= JSONWebToken.maxBytes, "it is bounded and names a key")
      _ = (token.audiences, token.time("exp"), token.text("sub"))
    },
    FuzzTarget("jwk-set") { bytes in
      guard let set = try? JSONWebKeySet(parsing: bytes) else { return }
      for id in ["a", "rsa", "ec"] {
        guard let key = set.key(id, for: .es256) ?? set.key(id, for: .rs256) else { continue }
        try promise(!key.isRight([UInt8](repeating: 0, count: 64), over: bytes), "no signature of zeros is right")
      }
    },
    text("access-token") { text in
      guard let coder = AccessTokenCoder(key: [UInt8](repeating: 1, count: 32), limits: Limits()) else { return }
      try promise((try? coder.decode(text, at: 0)) == nil, "nobody guesses a code")
    },
    text("name-pattern") { text in
      let parts = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let pattern = NamePattern(parsing: parts[0], allowsEmptySegments: true) else { return }
      try promise(NamePattern(parsing: "**")?.matches(parts[1]) == true, "two stars are every name")
      let isLiteral = !parts[0].contains("*")
      try promise(
        !isLiteral || pattern.matches(parts[1]) == parts[0].utf8.elementsEqual(parts[1].utf8),
        "text is itself"
      )
    },
    text("authorization") { text in
      if case .basic(let user, let password) = Presented(authorization: text) {
        try promise(!user.isEmpty || !password.reveal().isEmpty, "nothing is nothing")
        try promise(!user.contains(":"), "the user ends at the first colon")
      }
    },
    text("subject-template") { text in
      guard let template = try? SubjectTemplate(parsing: text) else { return }
      let name = template.name { _ in "v" }
      try promise(name == nil || name?.description.hasPrefix(template.prefix) == true, "nobody has the name of another")
    },
  ]
}
