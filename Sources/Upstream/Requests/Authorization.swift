import NIOHTTP1
import OCI

/// The proof shown to one origin, and to no other: it cannot be had without naming whom it is for.
struct Authorization: Sendable, Hashable {
  /// Whom it is meant for.
  let origin: Origin
  private let value: Secret

  /// User name and password (RFC 7617).
  static func basic(_ username: String, _ password: Secret, for origin: Origin) -> Authorization {
    let pair = Base64.encode(Array("\(username):\(password.reveal())".utf8))
    return Authorization(origin: origin, value: Secret("Basic \(pair)"))
  }

  /// A token (RFC 6750 §2.1).
  static func bearer(_ token: Secret, for origin: Origin) -> Authorization {
    Authorization(origin: origin, value: Secret("Bearer \(token.reveal())"))
  }

  /// Adds the field to the header of a request to `url`.
  ///
  /// - Returns: false, and nothing added, if `url` is of another origin.
  func apply(to headers: inout HTTPHeaders, of url: WebURL) -> Bool {
    guard url.origin == origin else { return false }
    headers.replaceOrAdd(name: "Authorization", value: value.reveal())
    return true
  }
}
