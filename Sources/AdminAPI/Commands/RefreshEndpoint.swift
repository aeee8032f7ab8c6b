import Administration
import OCI
import PullThrough

/// `POST refresh {"name"}`: asks the upstream now what a tag stands for.
struct RefreshEndpoint: Sendable {
  let administration: Administration

  func answer(_ request: AdminRequest) async throws(OperationError) -> JSONValue {
    let name = try ImageName(parsing: try request.text("name"), among: administration.pullThrough.upstreams.names)
    let refreshed = try await administration.images.refresh(name)
    return [
      "name": .string("\(refreshed.name)"),
      "before": .optional(refreshed.before),
      "digest": .string("\(refreshed.now)"),
      "moved": .bool(refreshed.before != nil && refreshed.before != refreshed.now),
    ]
  }
}
