internal import OCI
internal import Synchronization

extension Authority {
  /// Who a request is from, as far as memory tells.
  public enum Quick: Sendable, Hashable {
    /// Somebody.
    case known(Identity)
    /// Nobody that they say.
    case refused(IdentityRefusal)
    /// Ask ``Authority/identify(_:from:peer:)``: something has to be hashed.
    case needsCheck
  }

  /// Who a request is from, if that takes no hashing of passwords. May be asked on an event loop.
  ///
  /// - Parameters:
  ///   - origin: where it comes from, as rules see it.
  ///   - peer: where its connection comes from; guesses are counted for it where `origin` is unknown.
  public func identifyNow(_ presented: Presented, from origin: ClientOrigin, peer: ClientOrigin) -> Quick {
    guard mode == .rules else { return .known(.anonymous) }
    let snapshot = self.snapshot
    let source = origin == .unknown ? peer : origin
    switch presented {
    case .nothing: return .known(.anonymous)
    case .malformed: return .refused(.wrong)
    case .bearer(let secret): return bearer(secret, snapshot)
    case .machineToken(let secret): return machineToken(secret.reveal(), snapshot)
    case .certificate(let certificate):
      return snapshot.identity(of: certificate, at: clock.wall()).map(Quick.known) ?? .refused(.wrong)
    case .basic(let user, let password):
      let text = password.reveal()
      if text.hasPrefix(MachineToken.prefix) { return machineToken(text, snapshot) }
      if JSONWebToken.isLikely(text), !snapshot.issuers.isEmpty { return rememberedJWT(text, snapshot) }
      return remembered(question(user, password, snapshot), source)
    }
  }

  /// Who a request is from. Suspends while a password is checked, for some seconds at the most.
  public func identify(
    _ presented: Presented,
    from origin: ClientOrigin,
    peer: ClientOrigin
  ) async -> Result<Identity, IdentityRefusal> {
    switch identifyNow(presented, from: origin, peer: peer) {
    case .known(let identity): return .success(identity)
    case .refused(let refusal): return .failure(refusal)
    case .needsCheck: break
    }
    guard case .basic(let user, let password) = presented else { return .failure(.wrong) }
    let (snapshot, text) = (self.snapshot, password.reveal())
    if JSONWebToken.isLikely(text), !snapshot.issuers.isEmpty { return await checkJWT(text, snapshot) }
    return await check(question(user, password, snapshot), origin == .unknown ? peer : origin)
  }

  private func bearer(_ secret: Secret, _ snapshot: AccessSnapshot) -> Quick {
    let text = secret.reveal()
    if text.hasPrefix(MachineToken.prefix) { return machineToken(text, snapshot) }
    let now = clock.wall()
    if let identity = state.withLock({ $0.tokens[text] }) {
      return (identity.endsAt ?? 0) > now ? .known(identity) : .refused(.expired)
    }
    guard let coder else { return .refused(.wrong) }
    do throws(AccessTokenCoder.Refusal) {
      let token = try coder.decode(text, at: now)
      guard let credential = CredentialID(text: token.credential),
        let end = snapshot.end(of: credential, of: token.subject, at: now, generation: generation(of:))
      else { return .refused(.expired) }
      let identity = Identity(
        subject: token.subject,
        credential: credential,
        scopes: token.scopes,
        endsAt: min(token.expiresAt, end)
      )
      state.withLock { state in
        // What another snapshot judged, the next request has judged anew.
        if state.snapshot === snapshot { state.tokens.insert(identity, for: text) }
      }
      return .known(identity)
    } catch {
      return .refused(error == .expired ? .expired : .wrong)
    }
  }

  /// Nobody guesses 130 bits, so that these are not counted: who shows a right one is not kept out by others who show wrong ones.
  private func machineToken(_ text: String, _ snapshot: AccessSnapshot) -> Quick {
    let identity = MachineToken(parsing: text).flatMap {
      snapshot.identity(of: $0, at: clock.wall(), generation: generation(of:))
    }
    return identity.map(Quick.known) ?? .refused(.wrong)
  }
}
