import Access

/// What a client is told that is to say who it is (RFC 6750 §3; distribution, token authentication): one challenge, Bearer, as
/// engines take the first that they know.
struct Challenge {
  /// Where the token service is: scheme and authority.
  var base: String
  /// The one resource that a token is needed for, with what is to be done: `repository:acme/app:pull`.
  var scope: String?

  /// What is asked of a repository, by the client's name for it; nil for a name that no repository has.
  static func scope(of name: String, needing actions: Actions) -> String? {
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: ":"), UInt8(ascii: "/"):
        true
      default: false
      }
    }
    return isPlain && name.utf8.count <= maxNameBytes ? "repository:\(name):\(words(for: actions))" : nil
  }

  private static let maxNameBytes = 512

  /// Clients that push read, too.
  private static func words(for actions: Actions) -> String {
    if actions.contains(.delete) { return "delete" }
    return actions.contains(.push) ? "pull,push" : "pull"
  }

  /// The value of `WWW-Authenticate`.
  /// - Parameter error: why what was shown is not enough. Without, clients fetch a token; with one, they drop theirs first.
  func value(because error: AccessGate.ChallengeError?) -> String {
    let service = base.drop { $0 != ":" }.dropFirst("://".count)
    var value = "Bearer realm=\"\(base)/v2/token\",service=\"\(service)\""
    if let scope { value += ",scope=\"\(scope)\"" }
    if let error { value += ",error=\"\(error.rawValue)\"" }
    return value
  }
}
