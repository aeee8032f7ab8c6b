package import Logging

/// How an answer was obtained, as the listener's tenant counts it. A number here; only the tenant knows what it means.
package struct OutcomeLabel: Sendable, Equatable {
  package let number: UInt8

  package init(_ number: UInt8) { self.number = number }
}

/// What the tenant of a listener calls the ways in which it answers.
package protocol OutcomeNaming: Sendable {
  /// What an answer's status says when nothing better is known.
  func outcome(ofStatus status: UInt) -> OutcomeLabel
  /// The outcome in the log.
  func text(of outcome: OutcomeLabel) -> String
}

/// Where a request is counted. Called on the connection's event loop, several times a request: it must be cheap.
package protocol RequestCounting: Sendable {
  /// The answer is known.
  func answered(_ outcome: OutcomeLabel)
  /// Bytes of a successful answer's body have been handed to the kernel.
  func sent(_ bytes: Int64, _ outcome: OutcomeLabel)
  /// The first of them, so many nanoseconds after the end of the request's header.
  func firstByte(afterNanoseconds elapsed: Int64, _ outcome: OutcomeLabel)
  /// The answer has ended.
  func ended(afterNanoseconds elapsed: Int64)
  /// What the request's line in the log says besides.
  func describe(in metadata: inout Logger.Metadata)
}
