internal import OCI

/// A JWT taken apart (RFC 7519, RFC 7515 §7.1): nothing in it is believed yet.
///
/// What the signature's algorithm is, the key says; the header can only agree. `none`, every kind of HMAC, and headers with `crit`
/// are refused, and so is JSON that two readers could understand differently.
struct JSONWebToken: Sendable {
  /// The algorithms that are taken.
  enum Algorithm: String, Sendable, Hashable, CaseIterable {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3).
    case rs256 = "RS256"
    /// ECDSA with P-256 and SHA-256 (RFC 7518 §3.4).
    case es256 = "ES256"
  }

  /// Longest token that is looked at, in bytes.
  static let maxBytes = 16 << 10

  let algorithm: Algorithm
  /// Which of the issuer's keys it is signed with.
  let keyID: String
  let claims: JSONObject
  /// The bytes that are signed.
  let signed: [UInt8]
  let signature: [UInt8]

  /// Whether a password looks like a JWT: the base64url of `{"`.
  static func isLikely(_ text: String) -> Bool { text.hasPrefix("eyJ") && text.utf8.contains(UInt8(ascii: ".")) }

  init(parsing text: String) throws(JWTProblem) {
    guard text.utf8.count <= Self.maxBytes else { throw .tooLong }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let head = Base64URL.decode(parts[0]), let body = Base64URL.decode(parts[1]),
      let signature = Base64URL.decode(parts[2]), let header = Self.object(head), let claims = Self.object(body)
    else { throw .malformed }
    let name = header["alg"]?.string ?? ""
    guard let algorithm = Algorithm(rawValue: name) else { throw .algorithm(String(name.prefix(32))) }
    guard header["crit"] == nil else { throw .critical }
    guard let keyID = header["kid"]?.string, !keyID.isEmpty else { throw .noKeyID }
    (self.algorithm, self.keyID, self.claims, self.signature) = (algorithm, keyID, claims, signature)
    signed = Array("\(parts[0]).\(parts[1])".utf8)
  }

  private static func object(_ bytes: [UInt8]) -> JSONObject? {
    var limits = Limits()
    (limits.maxJSONDepth, limits.maxJSONValues) = (16, 2_000)
    return try? StrictJSON.parse(bytes, maxBytes: maxBytes, limits: limits).object
  }

  /// A claim as text: strings, whole numbers and booleans; nil for anything else.
  func text(_ claim: String) -> String? {
    switch claims[claim] {
    case .string(let text)?: text
    case .number(let text)?: Int64(text).map(String.init)
    case .bool(let value)?: value ? "true" : "false"
    case .null?, .array?, .object?, nil: nil
    }
  }

  /// A point in time (NumericDate, RFC 7519 §2); fractions are cut off.
  func time(_ claim: String) -> Int64? {
    guard case .number(let text)? = claims[claim] else { return nil }
    return Int64(text.prefix { $0 != "." })
  }

  /// Whom it is for (RFC 7519 §4.1.3); empty where that is not said, or not in text alone.
  var audiences: [String] {
    switch claims["aud"] {
    case .string(let one)?: [one]
    case .array(let several)?: several.allSatisfy { $0.string != nil } ? several.compactMap(\.string) : []
    case .number?, .bool?, .null?, .object?, nil: []
    }
  }
}

/// Why a JWT is not taken. Goes to the log, not to the client: it shows no part of the token but names.
enum JWTProblem: Error, Sendable, Hashable {
  case tooLong
  case malformed
  case algorithm(String)
  case critical
  case noKeyID
  case unknownIssuer
  case unknownKey(String)
  case keysUnavailable
  case signature
  case lacksTime(String)
  case expired
  case notYet
  case audience
  case claim(String)
  case noSubject
}

extension JWTProblem: CustomStringConvertible {
  /// What is wrong, and with which setting it has to agree.
  var description: String {
    switch self {
    case .tooLong: "it has more than \(JSONWebToken.maxBytes) bytes"
    case .malformed:
      "it is no JWT: three parts in base64url without padding, of which two are JSON without a name twice"
    case .algorithm(let name): "its algorithm is '\(name)', and RS256 and ES256 are taken"
    case .critical: "its header has 'crit', none of which is understood"
    case .noKeyID: "its header has no 'kid'"
    case .unknownIssuer: "its 'iss' is no issuer under access.identities.jwt, to the letter"
    case .unknownKey(let id): "its issuer has no key '\(id.prefix(64))' of that algorithm"
    case .keysUnavailable: "its issuer's keys could not be fetched"
    case .signature: "its signature is not right"
    case .lacksTime(let claim): "it has no '\(claim)'"
    case .expired: "it has expired"
    case .notYet: "it is not valid yet: are the clocks right?"
    case .audience: "its 'aud' is not the audience that is configured for the issuer"
    case .claim(let name): "its claim '\(name)' is not the one that is required"
    case .noSubject: "its claims make no name by 'as': one is missing, or holds characters that names do not"
    }
  }
}
