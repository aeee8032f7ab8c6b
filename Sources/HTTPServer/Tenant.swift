/// Whom listeners serve: who answers their requests, and in what form and words.
package struct Tenant: Sendable {
  package var responder: any Responder
  /// Whether any of its endpoints takes a body: its connections then read more at once.
  package var takesBodies: Bool
  package var refusals: any RefusalRendering
  package var outcomes: any OutcomeNaming

  package init(
    responder: any Responder,
    takesBodies: Bool = false,
    refusals: any RefusalRendering,
    outcomes: any OutcomeNaming
  ) {
    (self.responder, self.takesBodies) = (responder, takesBodies)
    (self.refusals, self.outcomes) = (refusals, outcomes)
  }
}
