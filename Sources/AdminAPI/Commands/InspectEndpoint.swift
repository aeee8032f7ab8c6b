import Administration
import OCI
import PullThrough

/// `GET image?name=`: everything that is known of one image.
struct InspectEndpoint: Sendable {
  let administration: Administration

  func answer(_ request: AdminRequest) async throws(OperationError) -> JSONValue {
    let name = try ImageName(parsing: try request.text("name"), among: administration.pullThrough.upstreams.names)
    let details = try await administration.images.details(of: name)
    return [
      "name": .string("\(details.name)"),
      "repository": .string("\(details.name.repository)"),
      "digest": .string("\(details.digest)"),
      "mediaType": .optional(details.contents.mediaType),
      "heldBytes": .number(details.contents.heldBytes),
      "missingBytes": .number(details.contents.missingBytes),
      "platforms": details.contents.json,
      "fresh": .bool(details.isFresh),
      "fetchedAt": .optional(details.fetchedAt),
      "checkedAt": .optional(details.checkedAt),
      "lastServedAt": .optional(details.lastAccess),
      "imported": .bool(details.isImported),
      "endpoints": .texts(details.endpoints),
      "pins": .texts(details.pins.map(\.pattern)),
      "subject": .optional(details.contents.subject),
      "referrers": referrers(details),
      "referrersCheckedAt": .optional(details.referrersCheckedAt),
      "attachedTags": .texts(details.attachedTags),
      "history": history(details),
    ]
  }

  private func referrers(_ details: ImageDetails) -> JSONValue {
    .array(
      details.referrers.map { descriptor in
        [
          "digest": .string("\(descriptor.digest)"),
          "artifactType": .optional(descriptor.artifactType),
          "bytes": .number(descriptor.size),
        ]
      }
    )
  }

  private func history(_ details: ImageDetails) -> JSONValue {
    .array(
      details.history.map { move in
        [
          "digest": .string("\(move.digest)"), "fetchedAt": .number(move.fetchedAt),
          "replacedAt": .number(move.replacedAt),
        ]
      }
    )
  }
}
