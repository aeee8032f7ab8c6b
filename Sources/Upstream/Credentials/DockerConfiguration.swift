import OCI

/// The part of a docker `config.json` that is about credentials (docker/cli, configuration files), or of what others write
/// in its form: podman's `auth.json`, whose entries may be for a part of a registry (containers-auth.json(5)), and
/// Kubernetes' `.dockerconfigjson`.
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
    self.path = path
    // Of two entries for the same, the one written first stands: docker writes one for each host.
    credentials = Dictionary(
      Self.members(of: "auths", in: object).compactMap { member in
        member.value.object.flatMap(Self.credential).map { (Self.place(of: member.name), $0) }
      }
    ) { first, _ in first }
    helpers = Dictionary(
      Self.members(of: "credHelpers", in: object).map { (Self.host(of: $0.name), $0.value.string ?? "") }
    ) { first, _ in first }
    store = Self.member("credsStore", of: object)?.string
  }

  /// Go's programs read these names whatever their case, and so do not notice how they spell them: `credSstore`.
  private static func member(_ name: String, of object: JSONObject) -> JSONValue? {
    object[name] ?? object.members.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  private static func members(of name: String, in object: JSONObject) -> [JSONObject.Member] {
    member(name, of: object)?.object?.members ?? []
  }

  /// The credential for a repository at an endpoint; nil if there is none.
  ///
  /// The entry that fits best counts: of `host/team/app`, `host/team` and `host`, the longest. One for another part of the
  /// registry is not shown.
  func credential(for repository: RepositoryName, at endpoint: Origin) -> Credential? {
    var path = repository.description[...]
    while true {
      for host in Self.keys(of: endpoint) {
        if let credential = credentials[path.isEmpty ? host : "\(host)/\(path)"] { return credential }
      }
      if path.isEmpty { return nil }
      path = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
    }
  }

  /// The helper to ask about an endpoint; nil if there is none. One for the host goes before the one for all.
  ///
  /// - Throws: `credentialUnavailable` if it has a name that no helper can have.
  func helper(for endpoint: Origin) throws(UpstreamFailure) -> CredentialHelperName? {
    let ofHost = Self.keys(of: endpoint).lazy.compactMap { helpers[$0] }.first
    guard let name = ofHost ?? store, !name.isEmpty else { return nil }
    guard let helper = CredentialHelperName(parsing: name) else {
      let shown = PrintableText.line(name, maxLength: 64)
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
  static func host(of key: String) -> String { String(place(of: key).prefix { $0 != "/" }) }

  /// What an entry is for: a host, or a part of a registry, `quay.io/team`. The paths of docker's interfaces are none.
  static func place(of key: String) -> String {
    var place = Substring(key.lowercased())
    var isURL = false
    for scheme in ["https://", "http://"] where place.hasPrefix(scheme) {
      place = place.dropFirst(scheme.count)
      isURL = true
    }
    let host = place.prefix { $0 != "/" }
    let path = place.dropFirst(host.count).split(separator: "/").joined(separator: "/")
    return isURL || path.isEmpty || ["v1", "v2"].contains(path) ? String(host) : "\(host)/\(path)"
  }

  private static func credential(_ entry: JSONObject) -> Credential? {
    if let token = entry["identitytoken"]?.string, !token.isEmpty { return Credential(.identityToken(Secret(token))) }
    if let auth = entry["auth"]?.string, !auth.isEmpty {
      guard let bytes = Base64.decode(auth.filter { !$0.isWhitespace }),
        let text = String(validating: bytes, as: UTF8.self)
      else { return nil }
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
