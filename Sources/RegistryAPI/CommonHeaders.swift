import NIOHTTP1
import OCI
import PullThrough

/// Header fields that several endpoints share.
enum CommonHeaders {
  /// What every answer under `/v2/` has. Older engines look for the first. The others keep what upstreams send from being
  /// taken for a page of this origin, whatever it looks like.
  static let base: HTTPHeaders = [
    "Docker-Distribution-API-Version": "registry/2.0", "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
  ]

  /// What an answer with the whole of a content has.
  static func content(
    _ digest: Digest,
    type: MediaType,
    sizeBytes: Int64,
    in routed: RoutedRepository
  ) -> HTTPHeaders {
    var headers = base
    headers.reserveCapacity(12)
    headers.add(name: "Content-Type", value: type.servable.description)
    headers.add(name: "Docker-Content-Digest", value: digest.description)
    headers.add(name: "ETag", value: EntityTag.render(digest))
    headers.add(name: "Accept-Ranges", value: "bytes")
    headers.add(name: "Content-Length", value: "\(sizeBytes)")
    if routed.usedNamespace {
      // Only the configured name is echoed, never what the client sent.
      headers.add(name: "OCI-Namespace", value: routed.repository.upstream.description)
    }
    return headers
  }
}
