import Logging
import OCI
import Synchronization

/// The credentials of one upstream, read from their sources when they are needed.
final class CredentialStore: Sendable {
  private let rules: [(rule: CredentialRule, endpoint: Origin?, file: WatchedFile?)]
  private let helpers: CredentialHelpers
  private let limits: Limits
  private let log: Logger
  private let state = Mutex(State())

  private struct State {
    /// By place in `rules`, that of the credential last read.
    var ids: [Int: CredentialID] = [:]
    var rotation = AccountRotation()
  }

  init(_ settings: UpstreamSettings, environment: ProcessEnvironment, limits: Limits, log: Logger) {
    (self.limits, self.log) = (limits, log)
    helpers = CredentialHelpers(environment: environment, limits: limits)
    rules = settings.credentials.map { rule in
      let file: WatchedFile? =
        switch rule.source {
        case .basic, .helper: nil
        case .passwordFile(_, let path), .dockerConfig(let path):
          WatchedFile(path: path, maxBytes: limits.maxCredentialFileBytes)
        }
      // A mirror of the same content is somebody else's: it sees only what is meant for it by name.
      return (rule, rule.endpoint ?? settings.ownOrigin, file)
    }
  }

  /// The credential to ask an endpoint for a repository with; nil to ask as anybody may.
  ///
  /// Where several may stand for each other, `AccountRotation` says whose turn it is.
  /// - Parameters:
  ///   - isPull: whether what is asked costs allowance.
  ///   - status: how a credential's account is doing.
  /// - Throws: `credentialUnavailable` if none can be read: an operator who configures a credential wants it used.
  func credential(
    for name: RepositoryName,
    at endpoint: Origin,
    isPull: Bool,
    status: (CredentialID) -> AccountRotation.Status
  ) async throws(UpstreamFailure) -> Credential? {
    var candidates = places(for: name, at: endpoint)
    var failure: UpstreamFailure?
    while let place = choose(among: candidates, isPull: isPull, status: status) {
      do throws(UpstreamFailure) {
        let credential = try await read(rules[place].rule, rules[place].file, name, at: endpoint)
        state.withLock { $0.ids[place] = credential?.id ?? .anonymous }
        return credential
      } catch {
        if candidates.count > 1 { deprioritize(place, because: error) }
        candidates.removeAll { $0 == place }
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
    return nil
  }

  /// How many credentials may stand for each other when an endpoint is asked for a repository.
  func count(for name: RepositoryName, at endpoint: Origin) -> Int { places(for: name, at: endpoint).count }

  /// The endpoint or its token service refused the account; others go first for a while.
  func deprioritize(_ credential: CredentialID, because failure: UpstreamFailure) {
    let places = state.withLock { $0.ids.filter { $0.value == credential }.keys }
    for place in places { deprioritize(place, because: failure) }
  }

  private func choose(among places: [Int], isPull: Bool, status: (CredentialID) -> AccountRotation.Status) -> Int? {
    state.withLock { state in
      let ids = state.ids
      return state.rotation.choose(among: places, isPull: isPull, now: .now) { place in
        ids[place].map(status) ?? AccountRotation.Status()
      }
    }
  }

  private func deprioritize(_ place: Int, because failure: UpstreamFailure) {
    let isNews = state.withLock { $0.rotation.deprioritize(place, for: limits.refusedAccountPause, now: .now) }
    guard isNews else { return }
    log.warning(
      "one of several credentials is of no use, so that others go first",
      metadata: [
        "place": "\(place + 1) of \(rules.count)", "because": "\(failure)",
        "for": .stringConvertible(limits.refusedAccountPause),
      ]
    )
  }

  /// The first rule that covers the repository, and those with the very same patterns: they are meant for the same.
  private func places(for name: RepositoryName, at endpoint: Origin) -> [Int] {
    guard let first = rules.first(where: { $0.endpoint == endpoint && $0.rule.covers(name) }) else { return [] }
    return rules.indices.filter { place in
      rules[place].endpoint == endpoint && rules[place].rule.repositories == first.rule.repositories
    }
  }

  /// A registry or its token service did not take `credential`: if a helper gave it, the helper is asked for another.
  func reject(_ credential: Credential) { helpers.reject(credential.id) }

  private func read(_ rule: CredentialRule, _ file: WatchedFile?, _ name: RepositoryName, at endpoint: Origin)
    async throws(UpstreamFailure) -> Credential?
  {
    switch rule.source {
    case .basic(let username, let password): return Credential(.password(username: username, password))
    case .passwordFile(let username, let path):
      let bytes = try await file?.contents() ?? []
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw .credentialUnavailable("\(path) is not UTF-8 text")
      }
      return Credential(.password(username: username, Secret(Self.withoutLineEnd(text))))
    case .dockerConfig(let path):
      let bytes = try await file?.contents() ?? []
      let configuration = try DockerConfiguration(parsing: bytes, path: path, limits: limits)
      if let helper = try configuration.helper(for: endpoint),
        let credential = try await ask(helper, rule, about: endpoint)
      {
        return credential
      }
      return configuration.credential(for: name, at: endpoint)
    case .helper(let helper): return try await ask(helper, rule, about: endpoint)
    }
  }

  private func ask(_ helper: CredentialHelperName, _ rule: CredentialRule, about endpoint: Origin)
    async throws(UpstreamFailure) -> Credential?
  {
    try await helpers.credential(HelperRequest(helper, about: endpoint), lifetime: rule.helperLifetime)
  }

  /// Editors end a file with a line end that nobody means to be part of a password.
  private static func withoutLineEnd(_ text: String) -> String {
    var bytes = Array(text.utf8)
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
