import OCI
import Synchronization

/// The credentials of one upstream, read from their sources when they are needed.
final class CredentialStore: Sendable {
  private let rules: [(rule: CredentialRule, endpoint: Origin?, file: WatchedFile?)]
  private let helpers: CredentialHelpers
  private let limits: Limits
  /// By place in `rules`, that of the credential last read.
  private let generations = Mutex<[Int: UInt32]>([:])

  init(_ settings: UpstreamSettings, environment: ProcessEnvironment, limits: Limits) {
    self.limits = limits
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
  /// - Parameter isResting: whether the account of that generation is limited. The first one that is not is taken; if all
  ///   are, the first. Spending them one after the other costs fewer tokens than spending them by turns.
  /// - Throws: `credentialUnavailable`: an operator who configures a credential wants it used.
  func credential(
    for name: RepositoryName,
    at endpoint: Origin,
    unless isResting: (UInt32) -> Bool
  ) async throws(UpstreamFailure) -> Credential? {
    var first: Credential?
    for (position, place) in places(for: name, at: endpoint).enumerated() {
      let credential = try await read(rules[place].rule, rules[place].file, at: endpoint)
      let generation = credential?.generation ?? 0
      generations.withLock { $0[place] = generation }
      if !isResting(generation) { return credential }
      if position == 0 { first = credential }
    }
    return first
  }

  /// How many credentials may stand for each other when an endpoint is asked for a repository.
  func count(for name: RepositoryName, at endpoint: Origin) -> Int { places(for: name, at: endpoint).count }

  /// The first rule that covers the repository, and those with the very same patterns: they are meant for the same.
  private func places(for name: RepositoryName, at endpoint: Origin) -> [Int] {
    guard let first = rules.first(where: { $0.endpoint == endpoint && $0.rule.covers(name) }) else { return [] }
    return rules.indices.filter { place in
      rules[place].endpoint == endpoint && rules[place].rule.repositories == first.rule.repositories
    }
  }

  /// See `UpstreamClient.credentialGeneration(for:)`.
  func generation(for name: RepositoryName) -> UInt32 {
    guard let place = rules.firstIndex(where: { $0.rule.covers(name) }) else { return 0 }
    return generations.withLock { $0[place] } ?? 0
  }

  /// A registry or its token service did not take `credential`: if a helper gave it, the helper is asked for another.
  func reject(_ credential: Credential) { helpers.reject(credential.generation) }

  private func read(_ rule: CredentialRule, _ file: WatchedFile?, at endpoint: Origin) async throws(UpstreamFailure)
    -> Credential?
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
      return configuration.credential(for: endpoint)
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
