/// A password's hash as a password file has it (crypt(5)), of a kind that is worth keeping.
///
/// Accepted are bcrypt (`$2b$`, `$2y$`), yescrypt (`$y$`) and SHA-512 crypt (`$6$`), up to a cost at which one check takes about a
/// second; a file whose owner did not mean to stop the registry has less.
public struct PasswordHash: Hashable, Sendable {
  /// How a hash was made.
  public enum Scheme: Hashable, Sendable {
    case bcrypt
    case yescrypt
    case sha512crypt
  }

  /// Largest cost of a bcrypt hash: 2¹⁴ rounds are 0.7 s.
  static let maxBcryptCost = 14
  /// Most rounds of a SHA-512 hash: 0.3 s.
  static let maxSHA512Rounds = 1_000_000
  /// Longest hash, in bytes.
  static let maxBytes = 256

  /// How it was made.
  public let scheme: Scheme
  /// What crypt(3) is given as setting, and what it must return.
  let text: String

  /// - Throws: what is wrong with it, never with the hash in it.
  public init(parsing text: some StringProtocol) throws(PasswordLineProblem) {
    guard text.utf8.count <= Self.maxBytes, text.utf8.allSatisfy(Self.isAllowed) else {
      throw .malformedHash("the hash has characters that no hash has")
    }
    let fields = String(text).split(separator: Character("$"), omittingEmptySubsequences: false).map(String.init)
    guard fields.count >= 4, fields[0].isEmpty else { throw .unsupportedHash(Self.kind(of: fields, text)) }
    switch fields[1] {
    case "2b", "2y": scheme = try Self.bcrypt(fields)
    case "y": scheme = try Self.yescrypt(fields)
    case "6": scheme = try Self.sha512crypt(fields)
    default: throw .unsupportedHash(Self.kind(of: fields, text))
    }
    self.text = String(text)
  }

  /// The text before the salt: what an unknown user's check has to cost too.
  var setting: Substring {
    let salt = text.lastIndex(of: "$") ?? text.endIndex
    switch scheme {
    case .bcrypt: return text[..<text.index(salt, offsetBy: Self.bcryptSaltBytes + 1)]
    case .yescrypt, .sha512crypt: return text[..<salt]
    }
  }

  private static let (bcryptSaltBytes, bcryptBytes) = (22, 53)

  private static func bcrypt(_ fields: [String]) throws(PasswordLineProblem) -> Scheme {
    guard fields.count == 4, fields[2].utf8.count == 2, let cost = Int(fields[2]), fields[3].utf8.count == bcryptBytes
    else { throw .malformedHash("the bcrypt hash is cut short, or has another form") }
    guard (4...maxBcryptCost).contains(cost) else {
      throw .malformedHash("the bcrypt hash has cost \(cost), and 4 to \(maxBcryptCost) are taken")
    }
    return .bcrypt
  }

  private static func yescrypt(_ fields: [String]) throws(PasswordLineProblem) -> Scheme {
    // Parameters: a flavour, then log₂ of the rounds and the block size, a character each; `j9T` is libcrypt's default.
    let parameters = Array(fields[2].utf8)
    guard fields.count == 5, parameters.count == 3, fields[4].utf8.count == 43 else {
      throw .malformedHash("the yescrypt hash has another form than libcrypt's")
    }
    guard parameters[0] == UInt8(ascii: "j"), (UInt8(ascii: "7")...UInt8(ascii: "B")).contains(parameters[1]),
      parameters[2] == UInt8(ascii: "T")
    else { throw .malformedHash("the yescrypt hash has parameters \(fields[2]), and j7T to jBT are taken") }
    return .yescrypt
  }

  private static func sha512crypt(_ fields: [String]) throws(PasswordLineProblem) -> Scheme {
    var fields = fields
    if fields.count == 5, fields[2].hasPrefix("rounds=") {
      guard let rounds = Int(fields.remove(at: 2).dropFirst("rounds=".count)),
        (1_000...maxSHA512Rounds).contains(rounds)
      else { throw .malformedHash("the SHA-512 hash has more than \(maxSHA512Rounds) rounds, or less than 1000") }
    }
    guard fields.count == 4, (1...16).contains(fields[2].utf8.count), fields[3].utf8.count == 86 else {
      throw .malformedHash("the SHA-512 hash is cut short, or has another form")
    }
    return .sha512crypt
  }

  private static func kind(of fields: [String], _ text: some StringProtocol) -> String {
    guard fields.count >= 3, fields[0].isEmpty else {
      return text.hasPrefix("{") ? "{SHA} and {SSHA}" : "plain-text and DES"
    }
    return switch fields[1] {
    case "apr1": "Apache MD5 ($apr1$, what htpasswd makes without -B)"
    case "1": "MD5 ($1$)"
    case "5": "SHA-256 ($5$)"
    case "2a", "2x", "2": "old bcrypt ($\(fields[1])$)"
    default: "these"
    }
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "!"), UInt8(ascii: "*"), UInt8(ascii: ":"), UInt8(ascii: ";"), UInt8(ascii: "\\"): false
    default: (0x21...0x7e).contains(byte)
    }
  }
}

extension PasswordHash: CustomStringConvertible, CustomReflectable {
  /// Its kind: the hash itself is in no log.
  public var description: String { "\(scheme)" }

  /// Without children, so that `dump` does not show it either.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
