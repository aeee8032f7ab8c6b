import OCI
import PullThrough

/// `POST evict {"pattern", "trial"}`: takes images out of the store.
struct EvictEndpoint: Sendable {
  let pullThrough: PullThrough

  func answer(_ request: AdminRequest) async throws(OperationError) -> JSONValue {
    let pattern = try ImagePattern(parsing: try request.text("pattern"), among: pullThrough.upstreams.names)
    let isTrial = try request.flag("trial")
    let report = try await pullThrough.evict(matching: pattern, isTrial: isTrial)
    return [
      "trial": .bool(isTrial),
      "images": .texts(report.images),
      "contents": .number(report.contentCount),
      "bytes": .number(report.bytes),
      "sharedBytes": .number(report.sharedBytes),
      "pinned": .texts(report.pinned),
    ]
  }
}
