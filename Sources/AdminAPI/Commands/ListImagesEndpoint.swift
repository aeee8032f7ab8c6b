import Administration
import OCI
import PullThrough

/// `GET images?pattern=&limit=`: the tags that are known, with what is held of each.
struct ListImagesEndpoint: Sendable {
  let administration: Administration

  func answer(_ request: AdminRequest) async throws(OperationError) -> JSONValue {
    let pattern = try ImagePattern(
      parsing: request.optionalText("pattern") ?? "*",
      among: administration.pullThrough.upstreams.names
    )
    let limit = try request.number("limit", default: 10_000, in: 1...100_000)
    let list = try await administration.images.images(matching: pattern, limit: limit)
    return [
      "pattern": .string(pattern.description),
      "images": .array(list.images.map { json($0) }),
      "cut": .bool(list.isCut),
    ]
  }

  private func json(_ image: ImageSummary) -> JSONValue {
    [
      "name": .string("\(image.name)"),
      "digest": .string("\(image.digest)"),
      "heldBytes": .number(image.contents.heldBytes),
      "missingBytes": .number(image.contents.missingBytes),
      "complete": .bool(image.contents.isUsable && image.contents.missingBytes == 0),
      "platforms": .texts(image.contents.parts.filter(\.isManifestHeld).compactMap { $0.platform?.normalized }),
      "pinned": .bool(image.isPinned),
      "fetchedAt": .number(image.fetchedAt),
      "checkedAt": .optional(image.checkedAt),
    ]
  }
}
