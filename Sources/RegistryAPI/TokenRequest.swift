import Access
import OCI

/// What a client asks of the token service, in a query (distribution, token authentication) or a form (OAuth 2.0).
///
/// `service`, `account` and `client_id` mean nothing here: there is one service, and who asks is what the credentials say.
struct TokenRequest {
  /// Largest form, in bytes: a JWT as password fits.
  static let maxFormBytes = 32 << 10

  /// What the token is to cover. What cannot be read is left out: a token covers less than was asked for, that is no error.
  private(set) var scopes: [Scope] = []
  /// The credentials of a form; nil if it has none.
  private(set) var presented: Presented?

  /// - Parameters:
  ///   - target: the request's target.
  ///   - form: the body of a POST.
  init(target: String, form: [UInt8]?) {
    let query = target.utf8.firstIndex(of: UInt8(ascii: "?")).map { target[target.utf8.index(after: $0)...] } ?? ""
    var fields = Self.fields(query)
    if let form, let text = String(validating: form, as: UTF8.self) { fields += Self.fields(text[...]) }
    for (name, value) in fields where name == "scope" {
      scopes += value.split(separator: " ").compactMap { try? Scope(parsing: $0) }
    }
    if form != nil { presented = Self.credentials(fields) }
  }

  /// RFC 6749 §4.3. There are no refresh tokens, so that whoever shows one is told to log in again.
  private static func credentials(_ fields: [(name: String, value: String)]) -> Presented? {
    func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }
    if value("grant_type") == "refresh_token" || value("refresh_token") != nil { return .malformed }
    let (user, password) = (value("username") ?? "", value("password") ?? "")
    return user.isEmpty && password.isEmpty ? nil : .basic(user: user, password: Secret(password))
  }

  /// `application/x-www-form-urlencoded`; what does not decode is left out.
  private static func fields(_ text: Substring) -> [(name: String, value: String)] {
    text.split(separator: "&", maxSplits: maxFields).prefix(maxFields).compactMap { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = decode(parts[0]), let value = decode(parts.count > 1 ? parts[1] : "") else { return nil }
      return (name, value)
    }
  }

  private static let maxFields = 128

  private static func decode(_ text: Substring) -> String? {
    PercentCoding.decodeText(String(text.map { $0 == "+" ? " " : $0 }))
  }
}
