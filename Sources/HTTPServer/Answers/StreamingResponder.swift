/// Answers requests whose bodies are too large to be collected.
package protocol StreamingResponder: Sendable {
  /// Whether a request to that target is this responder's.
  func takes(_ target: String) -> Bool

  /// Answers. A body that is not read to its end ends the connection.
  func respond(to request: Request, body: RequestBody) async -> Reply
}
