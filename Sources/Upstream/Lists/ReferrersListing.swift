import Memory
import NIOCore
import NIOHTTP1
public import OCI

/// Fetches what refers to a manifest, page by page (distribution-spec §Listing Referrers): all of it, or an error.
struct ReferrersListing {
  let session: EndpointSession
  let name: RepositoryName
  let digest: Digest
  let settings: UpstreamSettings
  let limits: Limits
  let memory: MemoryBudget

  private static let list = "list of referrers"
  /// What registries without such an API answer. One that has it answers 200 even for a digest that it does not know.
  private static let unknownAPI: Set<Int> = [400, 404, 405, 406, 410, 415, 422, 501]

  /// - Returns: each once, as they stand in the list.
  /// - Throws: `notFound` if the endpoint has no such API.
  func run() async throws(UpstreamFailure) -> [Referrer] {
    let patience = PagePatience(Self.list, patience: settings.patience, limits: limits)
    var walk = PageWalk(Self.list, limits: limits)
    var referrers: [Referrer] = []
    var digests: Set<Digest> = []
    var bytesLeft = limits.maxReferrersBytes
    var page: PageCursor?
    guard let kept = try? memory.reserve(0) else { throw .memoryUsedUp }
    repeat {
      let (body, response) = try await patience.fetch { () async throws(UpstreamFailure) in
        let response = try await send(page)
        return (try await collect(response, upTo: bytesLeft), response)
      }
      bytesLeft -= body.readableBytes
      // What is read from a page takes about as much as it.
      if (try? kept.grow(to: limits.maxReferrersBytes - bytesLeft)) == nil { throw .memoryUsedUp }
      let listed = try Self.referrers(in: body, of: response, to: digest, isFirst: page == nil, limits: limits)
      for referrer in listed where digests.insert(referrer.descriptor.digest).inserted { referrers.append(referrer) }
      let next = try PageCursor(linkFields: response.headers["Link"], answering: response.url)
      page = try walk.page(at: next, behindEmpty: listed.isEmpty)
    } while page != nil
    return referrers
  }

  private func send(_ page: PageCursor?) async throws(UpstreamFailure) -> WireResponse {
    let response: WireResponse
    do throws(UpstreamFailure) {
      response = try await session.send(.referrers(name, digest, page: page))
    } catch {
      // Some registries send whoever asks for an unknown path to a page for people, or to a place to log in.
      switch error {
      case .redirectRefused where page == nil, .failed(401, _) where page == nil, .failed(403, _) where page == nil:
        throw .notFound
      default: throw error
      }
    }
    if page == nil, Self.unknownAPI.contains(response.status) {
      await response.discard()
      throw .notFound
    }
    try await response.requireSuccess(limits: limits)
    return response
  }

  private func collect(_ response: WireResponse, upTo limit: Int) async throws(UpstreamFailure) -> ByteBuffer {
    do throws(UpstreamFailure) {
      return try await response.collectDocument(upTo: limit, within: settings.timeouts.document, memory: memory).bytes
    } catch {
      guard case .tooLarge = error else { throw error }
      throw .listTooLong("\(Self.list): more than \(limits.maxReferrersBytes) bytes (maxReferrersBytes)")
    }
  }

  /// What a page lists. A first one that neither is an index nor is called one is the answer of a registry, or of
  /// whatever stands before it, that does not know the API: a page for people, an error under status 200, the manifest
  /// asked about.
  static func referrers(
    in body: ByteBuffer,
    of response: WireResponse,
    to subject: Digest,
    isFirst: Bool,
    limits: Limits
  ) throws(UpstreamFailure) -> [Referrer] {
    let declared = response.mediaType
    if isFirst, body.withUnsafeReadableBytes({ Digest.of($0, subject.algorithm) }) == subject { throw .notFound }
    do {
      return try body.withUnsafeReadableBytes { bytes throws(OCIError) in
        try ReferrersDocument.parse(bytes, declared: declared, limits: limits).referrers
      }
    } catch {
      if isFirst, declared?.isIndex != true { throw .notFound }
      throw .protocolViolation("\(Self.list): \(error)")
    }
  }
}

/// What an upstream says about the referrers of a manifest.
public enum ReferrersAnswer: Sendable, Hashable {
  /// All that refer to it; none is a real answer.
  case referrers([Referrer])
  /// The upstream has no such API: the fallback tag is to be asked (distribution-spec §Listing Referrers).
  case notSupported
}
