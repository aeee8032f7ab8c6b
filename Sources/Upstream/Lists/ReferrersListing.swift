import NIOCore
import NIOHTTP1
import OCI

/// Fetches what refers to a manifest, page by page (distribution-spec §Listing Referrers).
struct ReferrersListing {
  let client: UpstreamClient
  let name: RepositoryName
  let digest: Digest

  func run() async throws(UpstreamFailure) -> ReferrersAnswer {
    var descriptors: [Descriptor] = []
    var digests: Set<Digest> = []
    var page: PageCursor?
    var seen: Set<PageCursor> = []
    for _ in 0..<client.limits.maxReferrersPages {
      guard let (listed, next) = try await fetch(page) else { return .notSupported }
      for descriptor in listed where digests.insert(descriptor.digest).inserted { descriptors.append(descriptor) }
      guard let next, seen.insert(next).inserted else { break }
      page = next
    }
    return .descriptors(descriptors)
  }

  /// A page; nil if the upstream has no such API. A registry that has it answers 200 even for a digest it does not
  /// know, so that 404 says the same as 405 and 501.
  private func fetch(_ page: PageCursor?) async throws(UpstreamFailure) -> ([Descriptor], PageCursor?)? {
    let limits = client.limits
    let response = try await client.exchange(.referrers(name, digest, page: page))
    if page == nil, [400, 404, 405, 406, 501].contains(response.status) {
      await response.discard()
      return nil
    }
    try await response.requireSuccess(limits: limits)
    let limit = limits.maxReferrersPageBytes
    let body = try await response.collect(upTo: limit, within: client.settings.timeouts.document)
    let listed = try descriptors(in: body, response.mediaType)
    return (listed, try PageCursor(linkFields: response.headers["Link"], answering: response.url))
  }

  private func descriptors(in body: ByteBuffer, _ declared: MediaType?) throws(UpstreamFailure) -> [Descriptor] {
    do {
      return try body.withUnsafeReadableBytes { bytes throws(OCIError) in
        try ReferrersDocument.parse(bytes, declared: declared, limits: client.limits).descriptors
      }
    } catch {
      throw .protocolViolation("referrers list: \(error)")
    }
  }
}
