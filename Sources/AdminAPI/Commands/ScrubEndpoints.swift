import OCI
import PullThrough

/// `POST scrub {"bytesPerSecond"}` begins to check everything that is held, `GET scrub` tells how far that is,
/// `POST scrub/cancel` ends it.
struct ScrubEndpoints: Sendable {
  let pullThrough: PullThrough

  func answer(_ request: AdminRequest) async throws(OperationError) -> JSONValue {
    guard request.method == "POST" else { return pullThrough.scrubStatus.json }
    let rate = try request.number("bytesPerSecond", default: 0, in: 0...Int.max)
    return try pullThrough.scrub(bytesPerSecond: rate > 0 ? Int64(rate) : nil).json
  }

  func cancel(_ request: AdminRequest) async throws(OperationError) -> JSONValue {
    pullThrough.cancelScrub()
    return pullThrough.scrubStatus.json
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
