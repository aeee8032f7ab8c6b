import NIOCore
import NIOHTTP1
import OCI
import PullThrough

/// `GET /v2/<name>/tags/list` (distribution-spec §Listing Tags, end-8a and end-8b).
struct TagListEndpoint {
  let pullThrough: PullThrough
  let limits: Limits

  func respond(limit: Int?, last: String?, in routed: RoutedRepository, as name: RequestedName) -> Response {
    @Sendable func answer(_ list: TagList) -> Reply {
      let page = TagPage(list.tags, limit: limit, last: last, maxSize: limits.maxTagsPageSize)
      return reply(page, warning: list.warning, as: name)
    }
    if let list = pullThrough.tagsAtHand(in: routed.repository) { return .now(answer(list)) }
    return .later {
      do throws(PullThroughError) {
        let list = try await pullThrough.tags(in: routed.repository)
        return answer(list).with(list.warning == nil ? .miss : .stale)
      } catch {
        return ErrorReply.reply(to: error)
      }
    }
  }

  private func reply(_ page: TagPage, warning: WarningHeader?, as name: RequestedName) -> Reply {
    let body: JSONValue = [
      "name": .string(name.segments.joined(separator: "/")),
      "tags": .array(page.tags.map { .string($0.description) }),
    ]
    let bytes = ByteBuffer(bytes: JSONText.render(body))
    var headers = CommonHeaders.base
    headers.add(name: "Content-Type", value: "application/json")
    headers.add(name: "Content-Length", value: "\(bytes.readableBytes)")
    if let next = page.next { headers.add(name: "Link", value: LinkHeader.render(next: path(next, of: name))) }
    if let warning { headers.add(name: "Warning", value: warning.description) }
    return Reply(status: .ok, headers: headers, body: .bytes(bytes))
  }

  /// The next page's path, made from what was parsed: an upstream's own link is never passed on (security.md F12).
  private func path(_ next: TagPage.Next, of name: RequestedName) -> String {
    let prefix = name.prefix.map { "/\($0)" }.joined()
    var path = "\(prefix)/v2/\(name.segments.joined(separator: "/"))/tags/list?n=\(next.limit)&last=\(next.last)"
    if let namespace = name.namespace { path += "&ns=\(PercentCoding.encode(namespace))" }
    return path
  }
}
