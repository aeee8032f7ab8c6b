internal import OCI

/// An issuer's keys, by id (RFC 7517 §5): those that can be used here. A set also has others, which are left out.
public struct JSONWebKeySet: Sendable, Hashable {
  /// Largest document, in bytes.
  public static let maxBytes = 256 << 10
  /// Most keys.
  static let maxKeys = 200

  /// Why a document is no set of keys.
  public enum Problem: Error, Sendable, Hashable {
    /// It is no JSON object with `keys`, or a name stands in it twice.
    case malformed
    /// Two keys have one id.
    case duplicate(String)
    /// None can be used.
    case noUsableKey
  }

  private let keys: [String: VerificationKey]

  /// Reads a document.
  public init(parsing bytes: [UInt8]) throws(Problem) {
    guard let document = try? StrictJSON.parse(bytes, maxBytes: Self.maxBytes, limits: Limits()).object,
      let list = document["keys"]?.array, list.count <= Self.maxKeys
    else { throw .malformed }
    var keys: [String: VerificationKey] = [:]
    for element in list {
      guard let object = element.object, let id = object["kid"]?.string, !id.isEmpty, let key = VerificationKey(object)
      else { continue }
      guard keys.updateValue(key, forKey: id) == nil else { throw .duplicate(String(id.prefix(64))) }
    }
    guard !keys.isEmpty else { throw .noUsableKey }
    self.keys = keys
  }

  /// The key with an id, if it is one for that algorithm.
  func key(_ id: String, for algorithm: JSONWebToken.Algorithm) -> VerificationKey? {
    keys[id].flatMap { $0.algorithm == algorithm ? $0 : nil }
  }
}

extension JSONWebKeySet.Problem: CustomStringConvertible {
  /// What is wrong, and what would be right.
  public var description: String {
    switch self {
    case .malformed:
      "is no JWK set: a JSON object with 'keys', no name in it twice, of \(JSONWebKeySet.maxBytes) bytes at the most"
    case .duplicate(let id): "has two keys with the id '\(id)'"
    case .noUsableKey: "has no key with an id that is RSA of 2048 bits or more, or EC on P-256"
    }
  }
}
