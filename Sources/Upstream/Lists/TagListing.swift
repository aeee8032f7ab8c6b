import NIOCore
import NIOHTTP1
import OCI

/// Fetches a repository's tags page by page (distribution-spec §Listing Tags).
struct TagListing {
  let session: EndpointSession
  let name: RepositoryName
  let timeout: Duration
  let limits: Limits

  func run() async throws(UpstreamFailure) -> [Tag] {
    var tags: Set<Tag> = []
    var page: PageCursor?
    var seen: Set<PageCursor> = []
    for _ in 0..<limits.maxTagsPages {
      let (listed, next) = try await fetch(page)
      for tag in listed where tags.count < limits.maxTags { tags.insert(tag) }
      // A cursor that comes again would lead around in a circle.
      guard let next, tags.count < limits.maxTags, seen.insert(next).inserted else { break }
      page = next
    }
    return tags.sorted()
  }

  private func fetch(_ page: PageCursor?) async throws(UpstreamFailure) -> ([Tag], PageCursor?) {
    let response = try await session.send(.tags(name, page: page))
    try await response.requireSuccess(limits: limits)
    let body = try await response.collect(upTo: limits.maxTagsPageBytes, within: timeout)
    let listed = try Self.tags(in: Array(body.readableBytesView), limits: limits)
    return (listed, try PageCursor(linkFields: response.headers["Link"], answering: response.url))
  }

  /// Reads `{"tags": […]}`. A repository without tags has `null` there in some registries. What is not a tag by the
  /// grammar is left out: nobody could ask for it.
  static func tags(in bytes: [UInt8], limits: Limits) throws(UpstreamFailure) -> [Tag] {
    let document: JSONValue
    do {
      document = try StrictJSON.parse(bytes, maxBytes: limits.maxTagsPageBytes, limits: limits)
    } catch {
      throw .protocolViolation("tag list: \(error)")
    }
    guard let object = document.object else { throw .protocolViolation("tag list: not an object") }
    let names = object["tags"]?.array ?? []
    return names.compactMap { $0.string.flatMap { try? Tag(parsing: $0) } }
  }
}
