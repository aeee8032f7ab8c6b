/// Whom listeners serve: who answers their requests, and in what form and words.
package struct Tenant: Sendable {
  package var responder: any Responder
  /// Answers requests whose bodies are not collected; nil where no endpoint takes such.
  package var streamingResponder: (any StreamingResponder)?
  /// The largest body of a request that is collected, in bytes; 0 where no endpoint takes one.
  package var maxBodyBytes: Int
  package var refusals: any RefusalRendering
  package var outcomes: any OutcomeNaming

  package init(
    responder: any Responder,
    streamingResponder: (any StreamingResponder)? = nil,
    maxBodyBytes: Int = 0,
    refusals: any RefusalRendering,
    outcomes: any OutcomeNaming
  ) {
    (self.responder, self.streamingResponder) = (responder, streamingResponder)
    self.maxBodyBytes = maxBodyBytes
    (self.refusals, self.outcomes) = (refusals, outcomes)
  }
}
