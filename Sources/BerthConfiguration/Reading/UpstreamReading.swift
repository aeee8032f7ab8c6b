import OCI
import Upstream

extension Section<UpstreamKey> {
  /// Lays what the section says over `settings`; a list replaces the one that was there.
  func apply(to settings: inout UpstreamSettings) {
    if let endpoints = self[.endpoints] { settings.endpoints = endpoints.endpoints() ?? settings.endpoints }
    if let aliases = self[.aliases]?.list(of: "registry names", { $0.upstreamName() }) { settings.aliases = aliases }
    if let origins = self[.tokenOrigins]?.list(of: "origins", { $0.origin() }) { settings.tokenOrigins = origins }
    if let roots = self[.trustRoots]?.list(of: "PEM files", { $0.trustRoots() }) { settings.trustRoots = roots }
    if let identity = self[.clientCertificate]?.clientCertificate() { settings.clientCertificate = identity }
    if let proxy = self[.proxy]?.proxySetting() { settings.proxy = proxy }
    if let allows = self[.allowPrivateAddresses]?.boolean() { settings.allowPrivateAddresses = allows }
    if let count = self[.maxConcurrentTransfers]?.integer(in: 1...1_024) { settings.maxConcurrentTransfers = count }
    settings.prefetch = self[.prefetch]?.choice(of: Prefetch.self) ?? settings.prefetch
    settings.lazy = self[.lazy]?.choice(of: Lazy.self) ?? settings.lazy
    settings.tagFreshness = self[.tagFreshness]?.duration() ?? settings.tagFreshness
    settings.revalidationPatience = self[.revalidationPatience]?.duration() ?? settings.revalidationPatience
    settings.maxStale = self[.maxStale]?.duration() ?? settings.maxStale
    settings.patience = self[.patience]?.duration() ?? settings.patience
    for (timeout, duration) in self[.timeouts]?.timeouts() ?? [] { settings.timeouts[keyPath: timeout] = duration }
    if let credentials = self[.credentials] { applyCredentials(credentials, to: &settings) }
  }

  private func applyCredentials(_ field: Field, to settings: inout UpstreamSettings) {
    settings.credentials = field.list(of: "credentials") { $0.credential() } ?? settings.credentials
    let inTheClear = settings.endpoints.first { $0.origin.scheme == .http && !isLoopback(host: $0.origin.host) }
    if let inTheClear, !settings.credentials.isEmpty {
      field.warn("passwords would travel to \(inTheClear) in the clear: use https")
    }
  }
}

extension Field {
  /// The path of a file of certificate authorities.
  fileprivate func trustRoots() -> String? {
    guard let path = file("the trust root") else { return nil }
    checkAuthorities(path)
    return path
  }

  /// At least one place where the content can be had.
  fileprivate func endpoints() -> [Endpoint]? {
    let endpoints = list(of: "URLs") { field in
      let endpoint = field.endpoint()
      if let endpoint, endpoint.origin.scheme == .http, !isLoopback(host: endpoint.origin.host) {
        field.warn("\(endpoint) is asked in the clear: anybody on the way can read along and answer in its place")
      }
      return endpoint
    }
    if case .sequence(let nodes) = node.content, nodes.isEmpty {
      refuse("expected at least one URL, found an empty list")
      return nil
    }
    return endpoints?.isEmpty == true ? nil : endpoints
  }

  /// The timeouts that are set.
  func timeouts() -> [(timeout: WritableKeyPath<UpstreamTimeouts, Duration>, duration: Duration)] {
    guard let section = section(TimeoutKey.self) else { return [] }
    return TimeoutKey.allCases.compactMap { key in
      guard let field = section[key], let duration = field.duration() else { return nil }
      guard duration > .zero else {
        field.refuse("a timeout must be longer than nothing: no request could succeed")
        return nil
      }
      return (key.property, duration)
    }
  }
}

extension TimeoutKey {
  /// The setting that the key stands for.
  var property: WritableKeyPath<UpstreamTimeouts, Duration> {
    switch self {
    case .connect: \.connect
    case .tls: \.tls
    case .firstByte: \.firstByte
    case .read: \.read
    case .document: \.document
    }
  }
}
