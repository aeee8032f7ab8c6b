/// What is wrong with a file or section that says who may do what. Each says what to write instead.
public enum AccessError: Error, Hashable, Sendable {
  /// A `from` that is no network.
  case invalidOrigin(String, String)
  /// A `who` that is nobody.
  case invalidWho(String)
  /// A rule names a group that is not defined.
  case unknownGroup(String)
  /// A group has a member that is not a name.
  case groupOfGroups(String)
  /// A line of a password file; `line` counts from 1.
  case invalidPasswordLine(line: Int, PasswordLineProblem)
  /// A line of a token file; `line` counts from 1.
  case invalidTokenLine(line: Int, reason: String)
}

/// Why a line of a password file cannot be used.
public enum PasswordLineProblem: Error, Hashable, Sendable {
  /// There is no colon.
  case noColon
  /// The name cannot be a user's.
  case invalidName
  /// The name stands there already.
  case duplicate(firstLine: Int)
  /// The hash is of a kind that is not accepted; the text names it.
  case unsupportedHash(String)
  /// The hash does not have the form of its kind, or costs more than a check may take.
  case malformedHash(String)
}

extension AccessError: CustomStringConvertible {
  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .invalidOrigin(let text, let reason): "'\(text)' is no network: \(reason)"
    case .invalidWho(let text):
      "'\(text)' is nobody: write anonymous, authenticated, group:NAME, a name, or a pattern like ci:acme/*"
    case .unknownGroup(let name): "there is no group '\(name)': define it under groups:"
    case .groupOfGroups(let name): "group '\(name)': members are names, or patterns of names like ci:acme/*"
    case .invalidPasswordLine(let line, let problem): "line \(line): \(problem)"
    case .invalidTokenLine(let line, let reason): "line \(line): \(reason)"
    }
  }
}

extension PasswordLineProblem: CustomStringConvertible {
  /// What is wrong, and what to do. Never shows a hash.
  public var description: String {
    switch self {
    case .noColon: "a line is NAME:HASH; 'berth passwd NAME' prints one"
    case .invalidName:
      "a name has no colon, white space or wildcard, and is not 'anonymous' or 'authenticated'"
    case .duplicate(let firstLine): "the name stands on line \(firstLine) already"
    case .unsupportedHash(let kind):
      "\(kind) hashes are not accepted: make a bcrypt one with 'htpasswd -B' or 'berth passwd NAME'"
    case .malformedHash(let reason): "\(reason): make a new one with 'htpasswd -B' or 'berth passwd NAME'"
    }
  }
}
