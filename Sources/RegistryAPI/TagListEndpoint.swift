import HTTPServer
import NIOCore
import NIOHTTP1
import OCI
import PullThrough

/// `GET /v2/<name>/tags/list` (distribution-spec §Listing Tags, end-8a and end-8b).
struct TagListEndpoint {
  let pullThrough: PullThrough
  let load: EventLoopLoad
  let limits: Limits

  func respond(limit: Int?, last: String?, in routed: RoutedRepository, as name: RequestedName) -> Response {
    @Sendable func answer(_ list: TagList) -> Reply {
      reply(list, list.tags.page(limit: limit, last: last, maxSize: limits.maxTagsPageSize), as: name)
    }
    if let list = pullThrough.tagsAtHand(in: routed.repository) {
      let reply = answer(list)
      // A page is sent whatever else is to be done.
      if case .shared = reply.body, let busy = load.turnAway() { return .now(busy) }
      return .now(reply)
    }
    if let busy = load.turnAway() { return .now(busy) }
    return .later {
      do throws(PullThroughError) {
        let list = try await pullThrough.tags(in: routed.repository)
        return answer(list).with(list.warning == nil ? .miss : .stale)
      } catch {
        return ErrorReply.reply(to: error)
      }
    }
  }

  private func reply(_ list: TagList, _ page: TagPage, as name: RequestedName) -> Reply {
    var head = Array(#"{"name":"#.utf8)
    JSONText.append(name.segments.joined(separator: "/"), to: &head)
    head += #","tags":["#.utf8
    let pieces = [ByteBuffer(bytes: head), page.json, ByteBuffer(string: "]}")]
    var headers = CommonHeaders.base
    headers.add(name: "Content-Type", value: "application/json")
    headers.add(name: "Content-Length", value: "\(pieces.reduce(0) { $0 + $1.readableBytes })")
    if let next = page.next { headers.add(name: "Link", value: LinkHeader.render(next: path(next, of: name))) }
    if let warning = list.warning { headers.add(name: "Warning", value: warning.description) }
    return Reply(status: .ok, headers: headers, body: .joined(pieces, owner: list.tags))
  }

  /// The next page's path, made from what was parsed: an upstream's own link is never passed on.
  private func path(_ next: TagPage.Next, of name: RequestedName) -> String {
    let prefix = name.prefix.map { "/\($0)" }.joined()
    var path = "\(prefix)/v2/\(name.segments.joined(separator: "/"))/tags/list?n=\(next.limit)&last=\(next.last)"
    if let namespace = name.namespace { path += "&ns=\(PercentCoding.encode(namespace))" }
    return path
  }
}
