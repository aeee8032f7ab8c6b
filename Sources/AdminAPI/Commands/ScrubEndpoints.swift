import Administration
import OCI

/// `POST scrub {"bytesPerSecond"}` begins to check everything that is held, `GET scrub` tells how far that is,
/// `POST scrub/cancel` ends it.
struct ScrubEndpoints: Sendable {
  let administration: Administration

  func answer(_ request: AdminRequest) async throws(OperationError) -> JSONValue {
    guard request.method == "POST" else { return administration.scrub.status.json }
    let rate = try request.number("bytesPerSecond", default: 0, in: 0...Int.max)
    return try administration.scrub.begin(bytesPerSecond: rate > 0 ? Int64(rate) : nil).json
  }

  func cancel(_ request: AdminRequest) async throws(OperationError) -> JSONValue {
    administration.scrub.cancel()
    return administration.scrub.status.json
  }
}

extension ScrubStatus {
  fileprivate var json: JSONValue {
    [
      "running": .bool(isRunning),
      "startedAt": .optional(startedAt),
      "endedAt": .optional(endedAt),
      "totalBytes": .number(totalBytes),
      "readBytes": .number(readBytes),
      "soundBytes": .number(soundBytes),
      "soundContents": .number(soundCount),
      "damaged": .texts(damaged),
      "missing": .texts(missing),
      "unreadable": .texts(unreadable),
      "failure": .optional(failure),
    ]
  }
}
