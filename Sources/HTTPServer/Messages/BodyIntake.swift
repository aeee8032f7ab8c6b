/// What is done with the body of a request.
package enum BodyIntake: Sendable, Equatable {
  /// It is not read: the request is answered without, and its connection ends behind the answer.
  case none
  /// It is collected, up to so many bytes, and handed over with the request.
  case collected(maxBytes: Int)
  /// It is handed over as it arrives: see ``RequestBody``.
  case streamed
}
