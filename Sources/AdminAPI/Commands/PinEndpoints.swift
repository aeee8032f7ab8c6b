import Administration
import OCI
import PullThrough

/// `GET pins`, `POST pin {"pattern"}`, `POST unpin {"pattern"}`: what stays in the store however seldom it is asked for.
struct PinEndpoints: Sendable {
  let administration: Administration

  func list(_ request: AdminRequest) async throws(OperationError) -> JSONValue {
    ["pins": .array(try administration.pins.all().map { json($0) })]
  }

  func pin(_ request: AdminRequest) async throws(OperationError) -> JSONValue {
    json(try await administration.pins.pin(try pattern(request)))
  }

  func unpin(_ request: AdminRequest) async throws(OperationError) -> JSONValue {
    let pattern = try pattern(request)
    try await administration.pins.unpin(pattern)
    return ["pattern": .string(pattern.description)]
  }

  private func pattern(_ request: AdminRequest) throws(OperationError) -> ImagePattern {
    try ImagePattern(parsing: try request.text("pattern"), among: administration.pullThrough.upstreams.names)
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
