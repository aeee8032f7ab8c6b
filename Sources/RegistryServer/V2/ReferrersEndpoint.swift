import NIOCore
import NIOHTTP1
import OCI
import PullThrough

/// `GET /v2/<name>/referrers/<digest>` (distribution-spec §Listing Referrers, end-12a and end-12b).
struct ReferrersEndpoint {
  let pullThrough: PullThrough

  func respond(to subject: Digest, artifactType: String?, in routed: RoutedRepository) -> Response {
    if let list = pullThrough.referrersAtHand(of: subject, in: routed.repository) {
      return .now(reply(list, artifactType: artifactType, in: routed))
    }
    return .later {
      do throws(PullThroughError) {
        let list = try await pullThrough.referrers(of: subject, in: routed.repository)
        return reply(list, artifactType: artifactType, in: routed).with(list.warning == nil ? .miss : .stale)
      } catch {
        return ErrorReply.reply(to: error)
      }
    }
  }

  private func reply(_ list: ReferrerList, artifactType: String?, in routed: RoutedRepository) -> Reply {
    var headers = CommonHeaders.base
    var document = ReferrersDocument(list.descriptors)
    if let artifactType, !artifactType.isEmpty {
      document = MediaType(parsing: artifactType).map(document.filtered) ?? ReferrersDocument([])
      headers.add(name: "OCI-Filters-Applied", value: "artifactType")
    }
    let bytes = ByteBuffer(bytes: document.render())
    headers.add(name: "Content-Type", value: MediaType.ociIndex.description)
    headers.add(name: "Content-Length", value: "\(bytes.readableBytes)")
    if routed.usedNamespace { headers.add(name: "OCI-Namespace", value: routed.repository.upstream.description) }
    if let warning = list.warning { headers.add(name: "Warning", value: warning.description) }
    return Reply(status: .ok, headers: headers, body: .bytes(bytes))
  }
}
