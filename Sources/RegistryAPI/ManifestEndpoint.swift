import HTTPServer
import NIOHTTP1
import OCI
import PullThrough

/// `GET|HEAD /v2/<name>/manifests/<reference>` (distribution-spec §Pulling manifests, end-3).
struct ManifestEndpoint {
  let pullThrough: PullThrough
  let load: EventLoopLoad

  func respond(to request: Request, _ reference: Reference, _ target: RegistryRequest) -> Response {
    let repository = target.routed.repository
    let open: OpenManifest
    switch pullThrough.lookUpManifest(reference, in: repository) {
    case .found(let manifest): return .now(reply(to: request, manifest, target))
    case .open(let known): open = known
    }
    if open.heldDigest == nil, let busy = load.turnAway() { return .now(busy) }
    return .later {
      do throws(PullThroughError) {
        let resolved = try await pullThrough.manifest(open)
        let outcome: RequestOutcome =
          if resolved.warning != nil { .stale } else { resolved.manifest.digest == open.heldDigest ? .hit : .miss }
        return reply(to: request, resolved.manifest, target, warning: resolved.warning).with(outcome)
      } catch {
        return ErrorReply.reply(to: error)
      }
    }
  }

  private func reply(
    to request: Request,
    _ manifest: CachedContent,
    _ target: RegistryRequest,
    warning: WarningHeader? = nil
  ) -> Reply {
    var headers = target.headers(of: manifest)
    if let warning { headers.add(name: "Warning", value: warning.description) }
    let content = ContentReply(digest: manifest.digest, sizeBytes: manifest.sizeBytes, headers: headers)
    let reply = content.reply(to: request) { body(of: manifest, $0) }
    if request.method == .GET, reply.status == .ok || reply.status == .partialContent {
      pullThrough.noteSent(manifest, in: target.routed.repository)
    }
    return reply
  }

  private func body(of manifest: CachedContent, _ range: Range<Int64>) -> Reply.Body {
    guard manifest.sizeBytes >= SharedBody.worthwhileBytes else { return .bytes(manifest.slice(range)) }
    return .shared(SharedBody(pieces: [manifest.bytes], owner: manifest), range)
  }
}
