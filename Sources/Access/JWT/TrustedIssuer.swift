internal import OCI

/// Somebody whose JWTs say who a client is, and what they have to say for that.
public struct TrustedIssuer: Sendable, Hashable {
  /// What stands in `iss`, to the letter.
  public let issuer: String
  /// What has to stand in `aud`.
  public let audience: String
  /// Claims that a token must have, each with its value.
  public let require: [String: String]
  /// What the subject is called.
  public let subject: SubjectTemplate
  /// Its keys, where they are configured; nil where they are fetched.
  public let keys: JSONWebKeySet?

  /// How far clocks may differ, in seconds.
  static let slack: Int64 = 60

  /// An issuer; nil without a claim that is required: anyone can get a token of an issuer that serves all the world.
  public init?(
    issuer: String,
    audience: String,
    require: [String: String],
    subject: SubjectTemplate,
    keys: JSONWebKeySet?
  ) {
    guard !require.isEmpty, !audience.isEmpty else { return nil }
    (self.issuer, self.audience, self.require) = (issuer, audience, require)
    (self.subject, self.keys) = (subject, keys)
  }

  /// Whom a token names whose signature has been found right.
  func subject(of token: JSONWebToken, at now: Int64) throws(JWTProblem) -> (name: Subject.Name, endsAt: Int64) {
    guard token.claims["iss"]?.string?.utf8.elementsEqual(issuer.utf8) == true else { throw .unknownIssuer }
    guard token.audiences.contains(where: { $0.utf8.elementsEqual(audience.utf8) }) else { throw .audience }
    guard let end = token.time("exp") else { throw .lacksTime("exp") }
    guard end > now - Self.slack else { throw .expired }
    // Where nothing says from when, it counts from when it was made.
    for claim in ["nbf", "iat"] where token.claims[claim] != nil {
      guard let start = token.time(claim) else { throw .lacksTime(claim) }
      guard start <= now + Self.slack else { throw .notYet }
    }
    for (claim, value) in require.sorted(by: { $0.key < $1.key }) {
      guard token.text(claim)?.utf8.elementsEqual(value.utf8) == true else { throw .claim(claim) }
    }
    guard let name = subject.name({ token.text($0) }) else { throw .noSubject }
    return (name, end)
  }

  /// All that makes it this issuer: what was judged by another is judged anew.
  var fingerprint: String {
    let claims = require.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return ([issuer, audience, subject.description] + claims).map { "\($0.utf8.count):\($0)" }.joined()
  }
}
