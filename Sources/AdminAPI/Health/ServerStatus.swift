import HTTPServer

/// What the server knows of itself, beside the use cases.
struct ServerStatus: Sendable {
  let version: String
  let connections: OpenConnections
  let startedAt = ContinuousClock.now

  /// How long it has run.
  var uptimeSeconds: Int64 { (ContinuousClock.now - startedAt).components.seconds }
}
