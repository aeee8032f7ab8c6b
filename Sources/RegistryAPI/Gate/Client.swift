import Access

/// Who a request is from.
struct Client: Sendable {
  /// Who, or why not who they say.
  let result: Result<Identity, IdentityRefusal>
  /// Whether that is known from a token shown as Bearer.
  let showedToken: Bool
  /// Where it comes from.
  let source: RequestSource

  /// The client as the gate sees it.
  /// - Parameter name: the repository as the client names it, which is what its token is about; nil for no repository.
  func caller(asking name: String?) -> AccessGate.Caller {
    switch result {
    case .success(let identity):
      let scoped = name.map { identity.scopedActions(on: $0) } ?? nil
      return identity.isNamed ? .named(scoped: scoped) : .anonymous(scoped: scoped)
    case .failure(.wrong): return showedToken ? .invalidToken : .wrongCredential
    case .failure(.expired): return .invalidToken
    case .failure(.limited(let wait)), .failure(.busy(let wait)):
      return .limited(retryAfterSeconds: Int(clamping: max(1, wait.components.seconds + 1)))
    }
  }

  /// Whether anything was shown that is right, a token that anybody gets included.
  var showedSomethingRight: Bool {
    switch result {
    case .success(let identity): identity.isNamed || identity.scopes != nil
    case .failure: false
    }
  }
}

/// A client, or the way to find out.
enum Identified: Sendable {
  case now(Client)
  /// A password has to be hashed first, elsewhere.
  case later(@Sendable () async -> Client)
}

/// Who the last request of a connection was from, so that what its next one shows is compared and not verified again.
final class KnownClient: Sendable {
  /// How long that is done, in seconds.
  static let maxSeconds: Int64 = 60

  private let authorization: String?
  private let machineToken: String?
  private let generation: UInt64
  private let until: Int64
  /// Who.
  let identity: Identity

  init(
    _ identity: Identity,
    showing fields: (authorization: String?, machineToken: String?),
    at generation: UInt64,
    _ now: Int64
  ) {
    (authorization, machineToken) = fields
    (self.identity, self.generation) = (identity, generation)
    until = min(now + Self.maxSeconds, identity.endsAt ?? .max)
  }

  /// Whether that is still who it is.
  func fits(_ fields: (authorization: String?, machineToken: String?), at generation: UInt64, _ now: Int64) -> Bool {
    self.generation == generation && now < until && authorization == fields.authorization
      && machineToken == fields.machineToken
  }
}

/// What somebody wants to do with which repository.
struct AccessQuestion: Sendable {
  /// What that needs; nil where there is no such verb.
  var needed: Actions?
  /// The repository as rules name it, however the client did: `docker.io/library/alpine`.
  var canonicalName: String
  /// The repository as the client names it, which is what its token is about.
  var scopeName: String
}
