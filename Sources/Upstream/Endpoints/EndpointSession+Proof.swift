import NIOHTTP1
import OCI

extension EndpointSession {
  /// Asks the endpoint itself, and answers its challenge.
  ///
  /// | shown | answer | then |
  /// |---|---|---|
  /// | nothing | 401 | its challenge is answered |
  /// | a password that was at hand | 401, asking for one | it means no, unless another one is to be had |
  /// | a token that was at hand | 401, asking for what is known | another such token is shown |
  /// | a token that was at hand | 401, asking for anything else | the endpoint is asked again without any, and the challenge that comes then is answered |
  /// | a token or password for that challenge | 401 | it means no, unless the token is merely too young |
  ///
  /// A challenge that an expired token provokes may name a service that helps nobody, and is not remembered.
  func sendWithProof(_ ask: UpstreamRequest) async throws(UpstreamFailure) -> (WireResponse, Proof?) {
    let foresight = try await authorizer.foresight(for: ask)
    let first = try await send(ask, to: ask.url(at: endpoint), foresight.proof)
    guard let known = foresight.proof else { return try await answerChallenge(first, ask, foresight) }
    guard Self.isRefused(first, known) else { return (first, known) }
    authorizer.reject(known)
    if first.status == 401, known.token == nil {
      // A password is what it was when it was asked for.
      let refusal = UpstreamFailure.denied(status: 401)
      return try await answerChallenge(first, ask, .failure(refusal, of: .basic, showing: known.credential))
    }
    if first.status == 401, authorizer.isKnown(first.challenges, for: ask) {
      return try await answerChallenge(first, ask, .nothing)
    }
    await first.discard()
    let bare = try await send(ask, to: ask.url(at: endpoint), nil)
    if [403, 404, 410].contains(bare.status) {
      // What is hidden from those who show nothing is not known to be missing.
      await bare.discard()
      if first.status == 403 { throw .denied(status: 403) }
      guard let proof = try await authorizer.proofAsBefore(for: ask) else { throw .denied(status: 401) }
      return try await show(proof, ask)
    }
    return try await answerChallenge(bare, ask, .nothing)
  }

  /// The answer to somebody who showed nothing, or what comes when its challenge has been answered.
  private func answerChallenge(_ response: WireResponse, _ ask: UpstreamRequest, _ foresight: Foresight)
    async throws(UpstreamFailure) -> (WireResponse, Proof?)
  {
    guard response.status == 401 else {
      if case .failure(let failure, _, _) = foresight, response.status >= 400 {
        await response.discard()
        throw failure
      }
      return (response, nil)
    }
    guard let proof = try await authorizer.proof(answering: response.challenges, for: ask, after: foresight) else {
      throw await response.denial(limits: limits)
    }
    await response.discard()
    return try await show(proof, ask)
  }

  /// Shows what the endpoint has just asked for.
  ///
  /// Where its clock is behind the token service's, a token is refused as invalid until that time has come. It is shown
  /// again a few times: another one would be as young.
  private func show(_ proof: Proof, _ ask: UpstreamRequest) async throws(UpstreamFailure) -> (WireResponse, Proof?) {
    var pauses = limits.youngTokenPauses[...]
    while true {
      let response = try await send(ask, to: ask.url(at: endpoint), proof)
      guard response.status == 401 else { return (response, proof) }
      guard proof.token != nil, response.challenges.contains(where: { $0.error == "invalid_token" }) else {
        authorizer.reject(proof)
        let failure = proof.meaning(of: await response.denial(limits: limits))
        if authorizer.accountCount(for: ask) > 1 { authorizer.deprioritize(proof, because: failure) }
        throw failure
      }
      await response.discard()
      guard let pause = pauses.popFirst() else {
        throw proof.meaning(
          of: .failed(
            status: 401,
            message: "calls the token invalid that its token service has just given; clocks apart?"
          )
        )
      }
      try? await Task.sleep(for: pause)
      if Task.isCancelled { throw .cancelled }
    }
  }

  /// Whether an endpoint does not take what it was shown. Some answer 403 to a token of another scope than they want.
  private static func isRefused(_ response: WireResponse, _ proof: Proof) -> Bool {
    response.status == 401 || response.status == 403 && proof.isGuess && proof.token != nil
  }
}

extension WireResponse {
  /// What is asked for.
  fileprivate var challenges: [AuthChallenge] { AuthChallenge.parse(headers["WWW-Authenticate"]) }
}
