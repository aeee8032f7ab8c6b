import NIOCore
import NIOHTTP1
import OCI

/// Fetches what refers to a manifest, page by page (distribution-spec §Listing Referrers).
struct ReferrersListing {
  let session: EndpointSession
  let name: RepositoryName
  let digest: Digest
  let timeout: Duration
  let limits: Limits

  /// - Throws: `notFound` if the endpoint has no such API.
  func run() async throws(UpstreamFailure) -> [Descriptor] {
    var descriptors: [Descriptor] = []
    var digests: Set<Digest> = []
    var page: PageCursor?
    var seen: Set<PageCursor> = []
    for _ in 0..<limits.maxReferrersPages {
      let (listed, next) = try await fetch(page)
      for descriptor in listed where digests.insert(descriptor.digest).inserted { descriptors.append(descriptor) }
      guard let next, seen.insert(next).inserted else { break }
      page = next
    }
    return descriptors
  }

  /// A page. A registry that has the API answers 200 even for a digest it does not know, so that 404 says the same as
  /// 405 and 501.
  private func fetch(_ page: PageCursor?) async throws(UpstreamFailure) -> ([Descriptor], PageCursor?) {
    let response = try await session.send(.referrers(name, digest, page: page))
    if page == nil, [400, 404, 405, 406, 501].contains(response.status) {
      await response.discard()
      throw .notFound
    }
    try await response.requireSuccess(limits: limits)
    let limit = limits.maxReferrersPageBytes
    let body = try await response.collect(upTo: limit, within: timeout)
    let listed = try descriptors(in: body, response.mediaType)
    return (listed, try PageCursor(linkFields: response.headers["Link"], answering: response.url))
  }

  private func descriptors(in body: ByteBuffer, _ declared: MediaType?) throws(UpstreamFailure) -> [Descriptor] {
    do {
      return try body.withUnsafeReadableBytes { bytes throws(OCIError) in
        try ReferrersDocument.parse(bytes, declared: declared, limits: limits).descriptors
      }
    } catch {
      throw .protocolViolation("referrers list: \(error)")
    }
  }
}
