/// What credential helpers have answered, for how long that is used, and what a registry did not take. Pure; the time is
/// passed in.
///
/// | an answer | asked | time is up | a registry does not take it |
/// |---|---|---|---|
/// | none | run the helper | – | – |
/// | used | use it | → none | → none; if the helper says the same again, that is used until the pause is over |
struct HelperMemory {
  typealias Instant = ContinuousClock.Instant

  private struct Answer {
    var credential: Credential?
    var expiry: Instant
  }

  /// A helper whose answer was refused is not run again for the same answer before this has passed.
  static let pauseAfterRefusal: Duration = .seconds(10)

  private var answers: [HelperRequest: Answer] = [:]
  private var refused: [HelperRequest: (id: CredentialID, until: Instant)] = [:]

  /// The answer in hand: `.some(nil)` is that there is no credential; nil, that the helper is to be run.
  func answer(to request: HelperRequest, now: Instant) -> Credential?? {
    answers[request].flatMap { now < $0.expiry ? .some($0.credential) : nil }
  }

  /// The helper has answered.
  mutating func arrived(_ credential: Credential?, for request: HelperRequest, lifetime: Duration, now: Instant) {
    answers[request] = Answer(credential: credential, expiry: now + lifetime)
    if let refusal = refused[request], refusal.id == credential?.id, now < refusal.until {
      answers[request]?.expiry = refusal.until
    }
  }

  /// A registry or its token service did not take this credential.
  mutating func rejected(_ id: CredentialID, now: Instant) {
    for (request, answer) in answers where answer.credential?.id == id {
      if let refusal = refused[request], refusal.id == id, now < refusal.until { continue }
      answers[request] = nil
      refused[request] = (id, now + Self.pauseAfterRefusal)
    }
  }
}
