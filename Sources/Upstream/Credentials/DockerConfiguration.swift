import OCI

/// The part of a docker `config.json` that is about credentials (docker/cli, configuration files).
struct DockerConfiguration: Sendable, Hashable {
  private let credentials: [String: Credential]

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
    self.credentials = credentials
  }

  /// The credential for an endpoint; nil if there is none.
  func credential(for endpoint: Origin) -> Credential? {
    Self.keys(of: endpoint).lazy.compactMap { credentials[$0] }.first
  }

  /// The names under which docker keeps credentials for a registry. Docker Hub's is that of an interface long gone.
  static func keys(of endpoint: Origin) -> [String] {
    let hub = ["registry-1.docker.io", "docker.io", "index.docker.io"]
    return hub.contains(endpoint.host)
      ? ["index.docker.io", "docker.io", "registry-1.docker.io"] : [endpoint.authority]
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
