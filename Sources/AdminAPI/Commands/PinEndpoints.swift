import OCI
import PullThrough

/// `GET pins`, `POST pin {"pattern"}`, `POST unpin {"pattern"}`: what stays in the store however seldom it is asked for.
struct PinEndpoints: Sendable {
  let pullThrough: PullThrough

  func list(_ request: AdminRequest) async throws(OperationError) -> JSONValue {
    ["pins": .array(try pullThrough.pins().map { json($0) })]
  }

  func pin(_ request: AdminRequest) async throws(OperationError) -> JSONValue {
    json(try await pullThrough.pin(try pattern(request)))
  }

  func unpin(_ request: AdminRequest) async throws(OperationError) -> JSONValue {
    let pattern = try pattern(request)
    try await pullThrough.unpin(pattern)
    return ["pattern": .string(pattern.description)]
  }

  private func pattern(_ request: AdminRequest) throws(OperationError) -> ImagePattern {
    try ImagePattern(parsing: try request.text("pattern"), among: pullThrough.upstreams.names)
  }

  private func json(_ pin: Pin) -> JSONValue {
    [
      "pattern": .string(pin.pattern.description),
      "origin": .string(pin.origin.rawValue),
      "contents": .number(pin.contentCount),
      "bytes": .number(pin.bytes),
      "pinnedAt": .number(pin.pinnedAt),
    ]
  }
}
