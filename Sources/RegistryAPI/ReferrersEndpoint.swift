import HTTPServer
import Memory
import NIOCore
import NIOHTTP1
import OCI
import PullThrough

/// `GET /v2/<name>/referrers/<digest>` (distribution-spec §Listing Referrers, end-12a and end-12b).
struct ReferrersEndpoint {
  let pullThrough: PullThrough
  let load: EventLoopLoad

  func respond(to subject: Digest, artifactType: String?, in routed: RoutedRepository) -> Response {
    let artifactType = artifactType.flatMap { $0.isEmpty ? nil : $0 }
    if artifactType == nil, let list = pullThrough.referrersAtHand(of: subject, in: routed.repository) {
      let reply = reply(list, list.referrers.all, owner: list.referrers, in: routed)
      if case .shared = reply.body, let busy = load.turnAway() { return .now(busy) }
      return .now(reply)
    }
    if let busy = load.turnAway() { return .now(busy) }
    return .later {
      do throws(PullThroughError) {
        let list = try await pullThrough.referrers(of: subject, in: routed.repository)
        let outcome: RequestOutcome = if list.warning != nil { .stale } else { list.isHeld ? .hit : .miss }
        guard let artifactType else {
          return reply(list, list.referrers.all, owner: list.referrers, in: routed).with(outcome)
        }
        let filtered = try await pullThrough.filtered(list, by: artifactType)
        var reply = reply(list, filtered.json, owner: filtered.reservation, in: routed).with(outcome)
        reply.headers.add(name: "OCI-Filters-Applied", value: "artifactType")
        return reply
      } catch {
        return ErrorReply.reply(to: error)
      }
    }
  }

  private func reply(
    _ list: ReferrerList,
    _ descriptors: ByteBuffer,
    owner: any AnyObject & Sendable,
    in routed: RoutedRepository
  ) -> Reply {
    let pieces = [Self.documentStart, descriptors, ByteBuffer(string: "]}")]
    var headers = CommonHeaders.base
    headers.add(name: "Content-Type", value: MediaType.ociIndex.description)
    headers.add(name: "Content-Length", value: "\(pieces.reduce(0) { $0 + $1.readableBytes })")
    if routed.usedNamespace { headers.add(name: "OCI-Namespace", value: routed.repository.upstream.description) }
    if let warning = list.warning { headers.add(name: "Warning", value: warning.description) }
    return Reply(status: .ok, headers: headers, body: .joined(pieces, owner: owner))
  }

  private static let documentStart = ByteBuffer(
    string: #"{"schemaVersion":2,"mediaType":"\#(MediaType.ociIndex)","manifests":["#
  )
}
