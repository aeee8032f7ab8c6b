import HTTPServer
import NIOHTTP1
import OCI
import PullThrough

/// `GET|HEAD /v2/<name>/blobs/<digest>` (distribution-spec §Pulling blobs, end-2).
struct BlobEndpoint {
  let pullThrough: PullThrough
  let load: EventLoopLoad

  func respond(to request: Request, _ digest: Digest, _ target: RegistryRequest) -> Response {
    let routed = target.routed
    if request.method == .GET { pullThrough.noteAsked(digest, in: routed.repository) }
    switch pullThrough.blobAtHand(digest, in: routed.repository) {
    case .memory(let blob):
      let content = ContentReply(digest: digest, sizeBytes: blob.sizeBytes, headers: target.headers(of: blob))
      return .now(content.reply(to: request) { .bytes(blob.slice($0)) })
    case .file(let file):
      return .now(content(digest, file.sizeBytes, routed).reply(to: request) { .file(file, $0) })
    case nil: break
    }
    if let busy = load.turnAway() { return .now(busy) }
    return .later {
      do throws(PullThroughError) {
        return try await reply(to: request, digest, in: routed)
      } catch {
        return ErrorReply.reply(to: error)
      }
    }
  }

  private func reply(
    to request: Request,
    _ digest: Digest,
    in routed: RoutedRepository
  ) async throws(PullThroughError) -> Reply {
    if request.method == .HEAD {
      let size = try await pullThrough.blobSize(digest, in: routed.repository)
      return content(digest, size, routed).reply(to: request) { _ in .none }.with(.miss)
    }
    let isRange =
      request.headers["range"].count == 1 && EntityTag.ifRange(request.field("if-range"), names: digest)
    let range = RangeRequest(header: isRange ? request.field("range") : nil)
    switch try await pullThrough.blob(digest, in: routed.repository, range) {
    case .file(let file):
      return content(digest, file.sizeBytes, routed).reply(to: request) { .file(file, $0) }
    case .following(let follower, let totalBytes):
      let outcome: RequestOutcome = follower.download.attendance.isFirst() ? .miss : .joined
      let reply = content(digest, totalBytes, routed).reply(to: request) { .following(follower, $0) }
      // Not where a condition made it something else.
      if range.completesNothing, reply.status == .partialContent {
        follower.sendsOnly(range.parts(of: totalBytes) ?? [])
      }
      return reply.with(outcome)
    }
  }

  private func content(_ digest: Digest, _ sizeBytes: Int64, _ routed: RoutedRepository) -> ContentReply {
    let headers = CommonHeaders.content(digest, type: .octetStream, sizeBytes: sizeBytes, in: routed)
    return ContentReply(digest: digest, sizeBytes: sizeBytes, headers: headers)
  }
}
