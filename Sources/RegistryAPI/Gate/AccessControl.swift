package import Access
import Certificates
import Glibc
import HTTPServer
import NIOHTTP1
import OCI

/// Finds out who a listener's requests are from, and what they may do.
package struct AccessControl: Sendable {
  let authority: Authority
  let listener: ListenerKind
  let proxies: TrustedProxies
  let address: ServiceAddress

  /// - Parameters:
  ///   - isMirror: whether engines are sent to the listener in place of other registries.
  ///   - proxies: whose word about their clients is taken.
  ///   - externalURL: where clients reach this Berth, without a slash at its end; nil where their requests tell.
  package init(authority: Authority, isMirror: Bool, trusting proxies: TrustedProxies, externalURL: String?) {
    (self.authority, self.proxies) = (authority, proxies)
    listener = isMirror ? .mirror : .registry
    address = ServiceAddress(externalURL: externalURL)
  }

  /// The field in which clients of a mirror can say who they are: containerd sends it where its configuration says so.
  static let machineTokenField = "berth-token"

  /// Whether anybody is asked who they are. Without, requests are not looked at for it.
  var asksWho: Bool { authority.mode == .rules }

  /// Whether clients can be told to say who they are: a mirror tells nobody, as engines would answer with the credentials that
  /// they have for the upstream.
  var challenges: Bool { listener == .registry && asksWho }

  /// Who a request is from. Called on an event loop.
  func client(of request: Request) -> Identified {
    let source = RequestSource(request, trusting: proxies)
    let fields = (
      authorization: listener == .mirror ? nil : request.field("authorization"),
      machineToken: request.field(Self.machineTokenField)
    )
    let (generation, now) = (authority.generation, Int64(time(nil)))
    if let known = request.peer.note as? KnownClient, known.fits(fields, at: generation, now) {
      return .now(Client(result: .success(known.identity), showedToken: known.identity.scopes != nil, source: source))
    }
    let presented = presented(request, fields)
    switch authority.identifyNow(presented, from: source.origin, peer: source.peer) {
    case .known(let identity):
      if presented != .nothing { request.peer.note = KnownClient(identity, showing: fields, at: generation, now) }
      return .now(client(.success(identity), presented, source))
    case .refused(let refusal): return .now(client(.failure(refusal), presented, source))
    case .needsCheck: return .later { await checked(presented, source) }
    }
  }

  /// What becomes of a client's question.
  func outcome(for client: Client, _ question: AccessQuestion) -> AccessGate.Outcome {
    let rights: Actions =
      switch client.result {
      case .success(let identity):
        authority.rights(
          of: identity,
          on: question.canonicalName,
          named: question.scopeName,
          from: client.source.origin,
          isOnLocalListener: false
        ).allowed
      case .failure: []
      }
    let caller = client.caller(asking: question.scopeName)
    return AccessGate.outcome(needing: question.needed, at: listener, for: caller, with: rights)
  }

  /// What a client is told that is to say who it is.
  func challenge(for request: Request, _ client: Client, scope: String? = nil) -> Challenge {
    Challenge(base: address.base(for: request, from: client.source), scope: scope)
  }

  /// Somebody who shows this, in another place than the header.
  func checked(_ presented: Presented, _ source: RequestSource) async -> Client {
    client(await authority.identify(presented, from: source.origin, peer: source.peer), presented, source)
  }

  private func client(_ result: Result<Identity, IdentityRefusal>, _ presented: Presented, _ source: RequestSource)
    -> Client
  {
    // A mirror challenges nobody: who shows what is not right is anybody.
    var result = result
    if listener == .mirror, case .failure = result { result = .success(.anonymous) }
    let showedToken = if case .bearer = presented { true } else { false }
    return Client(result: result, showedToken: showedToken, source: source)
  }

  private func presented(
    _ request: Request,
    _ fields: (authorization: String?, machineToken: String?)
  ) -> Presented {
    if let authorization = fields.authorization {
      // Of two, another reader could take the other.
      guard request.headers["authorization"].count == 1 else { return .malformed }
      let presented = Presented(authorization: authorization)
      if presented != .nothing { return presented }
    }
    if let token = fields.machineToken { return .machineToken(Secret(token)) }
    return request.peer.certificate.map { .certificate(PresentedCertificate($0)) } ?? .nothing
  }
}

extension PresentedCertificate {
  fileprivate init(_ facts: ClientCertificateFacts) {
    self.init(
      uris: facts.uris,
      dnsNames: facts.dnsNames,
      keyHash: Digest.of(facts.publicKey),
      serial: facts.serial,
      expiresAt: facts.notAfter
    )
  }
}
