import OCI

/// The part of a docker `config.json` that is about credentials (docker/cli, configuration files).
struct DockerConfiguration: Sendable, Hashable {
  private let path: String
  private let credentials: [String: Credential]
  /// Names of helpers, unread: only one that is wanted has to be right.
  private let helpers: [String: String]
  private let store: String?

  /// - Throws: `credentialUnavailable`, naming `path`.
  init(parsing bytes: [UInt8], path: String, limits: Limits) throws(UpstreamFailure) {
    let document: JSONValue
    do {
      document = try StrictJSON.parse(bytes, maxBytes: limits.maxCredentialFileBytes, limits: limits)
    } catch {
      throw .credentialUnavailable("\(path): \(error)")
    }
    guard let object = document.object else { throw .credentialUnavailable("\(path) is not a JSON object") }
    var credentials: [String: Credential] = [:]
    for member in object["auths"]?.object?.members ?? [] {
      guard let entry = member.value.object, let credential = Self.credential(entry) else { continue }
      // The entry written first stands; docker writes one for each host.
      credentials[Self.host(of: member.name), default: credential] = credential
    }
    self.path = path
    self.credentials = credentials
    helpers = Dictionary(
      (object["credHelpers"]?.object?.members ?? []).map { (Self.host(of: $0.name), $0.value.string ?? "") }
    ) { first, _ in first }
    store = object["credsStore"]?.string
  }

  /// The credential for an endpoint; nil if there is none.
  func credential(for endpoint: Origin) -> Credential? {
    Self.keys(of: endpoint).lazy.compactMap { credentials[$0] }.first
  }

  /// The helper to ask about an endpoint; nil if there is none. One for the host goes before the one for all.
  ///
  /// - Throws: `credentialUnavailable` if it has a name that no helper can have.
  func helper(for endpoint: Origin) throws(UpstreamFailure) -> CredentialHelperName? {
    let ofHost = Self.keys(of: endpoint).lazy.compactMap { helpers[$0] }.first
    guard let name = ofHost ?? store, !name.isEmpty else { return nil }
    guard let helper = CredentialHelperName(parsing: name) else {
      let shown = Printable.line(name, maxLength: 64)
      throw .credentialUnavailable("\(path): “\(shown)” is no name of a credential helper")
    }
    return helper
  }

  /// The names under which docker keeps credentials for a registry. Docker Hub's is that of an interface long gone.
  static func keys(of endpoint: Origin) -> [String] {
    isDockerHub(endpoint) ? ["index.docker.io", "docker.io", "registry-1.docker.io"] : [endpoint.authority]
  }

  /// Whether an endpoint is Docker Hub's own.
  static func isDockerHub(_ endpoint: Origin) -> Bool {
    ["registry-1.docker.io", "docker.io", "index.docker.io"].contains(endpoint.host)
  }

  /// `https://index.docker.io/v1/` → `index.docker.io`: scheme and path have come and gone with docker's versions.
  static func host(of key: String) -> String {
    var host = Substring(key.lowercased())
    for scheme in ["https://", "http://"] where host.hasPrefix(scheme) { host = host.dropFirst(scheme.count) }
    return String(host.prefix { $0 != "/" })
  }

  private static func credential(_ entry: JSONObject) -> Credential? {
    if let token = entry["identitytoken"]?.string, !token.isEmpty { return Credential(.identityToken(Secret(token))) }
    if let auth = entry["auth"]?.string, !auth.isEmpty {
      guard let bytes = Base64.decode(auth), let text = String(validating: bytes, as: UTF8.self) else { return nil }
      // A colon parts them; a user name cannot hold one. Some writers pad with NUL.
      let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else { return nil }
      return password(String(parts[0]), parts[1].prefix { $0 != "\0" })
    }
    guard let username = entry["username"]?.string, !username.isEmpty, let secret = entry["password"]?.string else {
      return nil
    }
    return password(username, secret[...])
  }

  private static func password(_ username: String, _ password: Substring) -> Credential {
    Credential(.password(username: username, Secret(String(password))))
  }
}
