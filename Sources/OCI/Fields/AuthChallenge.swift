/// One challenge of a `WWW-Authenticate` field (RFC 9110 §11.6.1, RFC 6750 §3).
public struct AuthChallenge: Sendable, Hashable {
  /// How a registry wants to be shown who asks.
  public enum Scheme: Sendable, Hashable {
    /// User name and password (RFC 7617).
    case basic
    /// A token of the service at `realm`.
    case bearer
    /// Any other, in lower case; Berth answers to none.
    case other(String)

    init(_ name: String) {
      switch name.lowercasedASCII {
      case "basic": self = .basic
      case "bearer": self = .bearer
      case let other: self = .other(other)
      }
    }
  }

  /// What to answer with.
  public var scheme: Scheme
  /// The token service's URL in a Bearer challenge; a mere name in a Basic one. Outside input: check its origin.
  public var realm: String?
  /// The name that the token service knows the registry by.
  public var service: String?
  /// The scopes asked for, split at spaces, as they stand (`repository:library/alpine:pull`, or merely `aws`).
  public var scopes: [String] = []
  /// Why a token that was shown was refused: `invalid_token`, `insufficient_scope`, …
  public var error: String?

  /// Reads all challenges of all `WWW-Authenticate` fields of an answer, in order.
  ///
  /// Never fails: what cannot be read is left out. Schemes and parameter names have no case, a value is a token or a
  /// quoted string, a parameter that comes twice counts once.
  public static func parse(_ fieldValues: [String]) -> [AuthChallenge] {
    fieldValues.flatMap { value in
      var scanner = FieldScanner(value)
      var challenges: [AuthChallenge] = []
      while let challenge = nextChallenge(&scanner) { challenges.append(challenge) }
      return challenges
    }
  }

  /// `auth-scheme [ 1*SP ( token68 / #auth-param ) ]`
  private static func nextChallenge(_ scanner: inout FieldScanner) -> AuthChallenge? {
    while !scanner.isAtEnd {
      skipSeparators(&scanner)
      let scheme = scanner.token()
      if scheme.isEmpty {
        // Not a scheme: step over the element. It may be all that is left.
        scanner.skipListElement()
        continue
      }
      var challenge = AuthChallenge(scheme: Scheme(scheme))
      while let (name, value) = nextParameter(&scanner) { challenge.set(name, value) }
      return challenge
    }
    return nil
  }

  /// `token BWS "=" BWS ( token / quoted-string )`; nil, and nothing consumed, if a new challenge begins instead.
  private static func nextParameter(_ scanner: inout FieldScanner) -> (name: String, value: String)? {
    while true {
      let mark = scanner.mark
      skipSeparators(&scanner)
      let name = scanner.token()
      if name.isEmpty {
        guard !scanner.isAtEnd else { return nil }
        scanner.skipListElement()
        continue
      }
      scanner.skipWhitespace()
      guard scanner.skip("=") else {
        scanner.reset(to: mark)
        return nil
      }
      scanner.skipWhitespace()
      // A URL as an unquoted value is no token, but it is seen; it ends at a comma or a space.
      let value =
        scanner.quotedString() ?? scanner.take { $0 != UInt8(ascii: ",") && !$0.isFieldWhitespace }
      return (name.lowercasedASCII, value)
    }
  }

  private static func skipSeparators(_ scanner: inout FieldScanner) {
    repeat { scanner.skipWhitespace() } while scanner.skip(",")
  }

  private mutating func set(_ name: String, _ value: String) {
    switch name {
    case "realm": realm = realm ?? value
    case "service": service = service ?? value
    case "scope" where scopes.isEmpty: scopes = value.split(separator: " ").map(String.init)
    case "error": error = error ?? value
    default: break
    }
  }
}
