public import OCI
internal import Synchronization

/// What somebody may do with a repository.
public struct Rights: Sendable, Hashable {
  /// What the rules allow.
  public var allowed: Actions
  /// What of it this request may do: less where a short token was shown that did not ask for it.
  public var granted: Actions

  /// Whether a token that asks for these actions too would be allowed them: the client is told to fetch one.
  public func lacksScope(for actions: Actions) -> Bool {
    allowed.isSuperset(of: actions) && !granted.isSuperset(of: actions)
  }
}

extension Authority {
  /// What somebody may do now. From memory: may be asked on an event loop, for each request.
  ///
  /// - Parameters:
  ///   - repository: the canonical name: `UPSTREAM/NAME` of what is proxied, the plain name of what is hosted.
  ///   - name: the name as the client has it, which is what the scopes of its token are about.
  ///   - isOnLocalListener: whether only this machine can reach the listener; counts where there is no `access:`.
  public func rights(
    of identity: Identity,
    on repository: String,
    named name: String,
    from origin: ClientOrigin,
    isOnLocalListener: Bool
  ) -> Rights {
    switch mode {
    case .unset:
      let allowed: Actions = isOnLocalListener && origin != .unknown ? .all : .pull
      return Rights(allowed: allowed, granted: allowed)
    case .open:
      return Rights(allowed: .all, granted: .all)
    case .rules:
      let allowed = allowed(identity.subject, on: repository, from: origin)
      guard let scopes = identity.scopes else { return Rights(allowed: allowed, granted: allowed) }
      return Rights(allowed: allowed, granted: allowed.intersection(AccessToken.actions(of: scopes, on: name)))
    }
  }

  /// What the rules say, each question once.
  private func allowed(_ subject: Subject, on repository: String, from origin: ClientOrigin) -> Actions {
    let (snapshot, known) = state.withLock { state in
      (state.snapshot, state.decisions[state.snapshot.question(subject, repository, origin)])
    }
    if let known { return known }
    let allowed = snapshot.policy.actions(of: subject, on: repository, from: origin)
    state.withLock { state in
      guard state.snapshot === snapshot else { return }
      state.decisions.insert(allowed, for: snapshot.question(subject, repository, origin))
    }
    return allowed
  }

  /// Whether somebody may read a repository, by its canonical name: what every list is filtered by. What a token asked for makes no
  /// difference.
  public func mayPull(_ identity: Identity, _ repository: String, from origin: ClientOrigin) -> Bool {
    let judged = Identity(subject: identity.subject, credential: identity.credential)
    return rights(of: judged, on: repository, named: repository, from: origin, isOnLocalListener: false)
      .allowed.contains(.pull)
  }

  /// A short token, to be shown as Bearer.
  public struct IssuedToken: Sendable, Hashable {
    /// What the client shows.
    public var secret: Secret
    /// How long it counts, in seconds.
    public var seconds: Int64
  }

  /// Makes a short token for somebody who has just shown who they are. It holds what was asked for, whatever may be done: that is
  /// judged when it is used.
  ///
  /// It ends with the credential, and one that was made for a short token ends with that. Scopes beyond what a header field can
  /// carry are left out.
  ///
  /// - Returns: nil if the credential has ended, or libcrypto has no HMAC.
  public func issue(for identity: Identity, scopes: [Scope]) -> IssuedToken? {
    let now = clock.wall()
    let end = min(now + Self.tokenSeconds, identity.endsAt ?? .max)
    guard end > now, let coder else { return nil }
    let token = AccessToken(
      subject: identity.subject,
      credential: identity.credential.text,
      scopes: ScopeUnion(scopes).scopes,
      expiresAt: end
    )
    return IssuedToken(secret: coder.encode(token), seconds: end - now)
  }
}

extension AccessSnapshot {
  fileprivate func question(_ subject: Subject, _ repository: String, _ origin: ClientOrigin) -> Authority.DecisionKey {
    .init(subject: subject, repository: repository, origin: policy.asksForOrigin ? origin : .unknown)
  }
}
