import Access

/// The one place that decides whether a request is let through to its endpoint. Pure.
///
/// It is asked after the route and before the endpoint, for what is cached as for what is not: so that what is refused dials
/// nothing, joins no download and leaves no row. What may not be read is answered as what is not there.
enum AccessGate {
  /// Who asks, as far as it matters here.
  enum Caller: Hashable, Sendable {
    /// Nobody is asked who they are: everyone may do everything.
    case everyone
    /// Nothing was shown, or a token that anybody gets: then `scoped` is what it covers of this repository.
    case anonymous(scoped: Actions?)
    /// Somebody with a credential; `scoped` is as above, nil for a credential that covers all that its owner may do.
    case named(scoped: Actions?)
    /// A user name, password, or machine token that is not right.
    case wrongCredential
    /// A token of this server's token service that has expired, or of somebody else's.
    case invalidToken
    /// Too many wrong ones have come from there, or too many wait to be checked: nothing was looked at.
    case limited(retryAfterSeconds: Int)
  }

  /// What the client is to be told.
  enum Outcome: Hashable, Sendable {
    /// The endpoint answers.
    case admitted
    /// 405.
    case methodNotAllowed
    /// 401 with a challenge that says this.
    case challenged(ChallengeError?)
    /// 404, with the same bytes as for what is not there.
    case hidden
    /// 403: it may be read, but not this.
    case denied
    /// 429.
    case limited(retryAfterSeconds: Int)
  }

  /// Why a token was not good enough (RFC 6750 §3.1). Without any, clients fetch one; with one, they fetch another.
  enum ChallengeError: String, Hashable, Sendable {
    case invalidToken = "invalid_token"
    case insufficientScope = "insufficient_scope"
  }

  /// - Parameters:
  ///   - needed: what the route needs; nil where it has no such verb.
  ///   - rights: what the policy gives the caller, whatever its token covers.
  static func outcome(
    needing needed: Actions?,
    at listener: ListenerKind,
    for caller: Caller,
    with rights: Actions
  ) -> Outcome {
    switch (listener, caller) {
    case (_, .everyone): needed == nil ? .methodNotAllowed : .admitted
    case (.mirror, _): mirrored(needed, rights)
    case (.registry, .anonymous(let scoped)): judged(needed, scoped, rights, isNamed: false)
    case (.registry, .named(let scoped)): judged(needed, scoped, rights, isNamed: true)
    // Where all may read, too: else a mistyped password looks like success.
    case (.registry, .wrongCredential): .challenged(nil)
    case (.registry, .invalidToken): .challenged(.invalidToken)
    case (.registry, .limited(let seconds)): .limited(retryAfterSeconds: seconds)
    }
  }

  /// A mirror challenges nobody: engines would send it the credentials that they have for the upstream.
  private static func mirrored(_ needed: Actions?, _ rights: Actions) -> Outcome {
    guard needed == .pull else { return .methodNotAllowed }
    return rights.contains(.pull) ? .admitted : .hidden
  }

  private static func judged(_ needed: Actions?, _ scoped: Actions?, _ rights: Actions, isNamed: Bool) -> Outcome {
    // Reading is judged first, also where there is no such verb: who may not read a name does not learn what it is.
    let wanted = needed ?? .pull
    if let scoped, !scoped.isSuperset(of: wanted) { return .challenged(.insufficientScope) }
    let again = Outcome.challenged(scoped == nil ? nil : .insufficientScope)
    guard rights.contains(.pull) else { return isNamed ? .hidden : again }
    guard let needed else { return .methodNotAllowed }
    guard rights.isSuperset(of: needed) else { return isNamed ? .denied : again }
    return .admitted
  }
}

/// What a listener is for.
enum ListenerKind: Hashable, Sendable, CaseIterable {
  /// Clients come to this Berth by its own name.
  case registry
  /// Engines are sent here in place of other registries, whose credentials they may bring.
  case mirror
}
