import NIOHTTP1
import OCI

/// One thing asked of a registry, whichever endpoint or redirect target will answer it.
///
/// Built from validated names alone: nothing of a client's request but these values ever reaches an upstream.
struct UpstreamRequest: Sendable {
  /// Berth only reads from upstreams.
  enum Method: Sendable {
    case get, head

    var http: HTTPMethod { self == .get ? .GET : .HEAD }
  }

  /// How registries that count pulls take a request.
  enum Kind: Sendable {
    /// A GET of a manifest: counted.
    case pull
    /// A HEAD of a manifest: not counted, but some refuse it too once nothing is left.
    case look
    /// Blobs and lists: neither.
    case other
  }

  var method: Method
  /// Decides which token is shown.
  var repository: RepositoryName
  /// The path below the endpoint's prefix; begins with `/v2/`.
  var path: String
  /// The query of another page of a list; nil for everything else.
  var query: String?
  /// What it is to an allowance of pulls.
  var kind = Kind.other
  /// Fields that go to whoever answers, redirect targets included. None of them is secret.
  var headers: HTTPHeaders = [:]

  /// `/v2/`, which says what a registry asks for; `name` is the repository on whose behalf.
  static func ping(for name: RepositoryName) -> UpstreamRequest {
    UpstreamRequest(method: .get, repository: name, path: "/v2/", headers: ["Accept": "application/json"])
  }

  /// `/v2/<name>/manifests/<reference>`. The full list of types always goes along, so that what a tag means does not
  /// depend on who asked first.
  static func manifest(_ method: Method, _ name: RepositoryName, _ reference: Reference) -> UpstreamRequest {
    UpstreamRequest(
      method: method,
      repository: name,
      path: "/v2/\(name)/manifests/\(reference)",
      kind: method == .get ? .pull : .look,
      headers: ["Accept": MediaType.manifestAccept]
    )
  }

  /// `/v2/<name>/blobs/<digest>`.
  static func blob(
    _ method: Method,
    _ name: RepositoryName,
    _ digest: Digest,
    range: BlobRange = .whole
  ) -> UpstreamRequest {
    var headers: HTTPHeaders = ["Accept": "*/*"]
    if let range = range.headerValue { headers.add(name: "Range", value: range) }
    return UpstreamRequest(method: method, repository: name, path: "/v2/\(name)/blobs/\(digest)", headers: headers)
  }

  /// `/v2/<name>/tags/list`, the page behind `last`.
  static func tags(_ name: RepositoryName, page: PageCursor?) -> UpstreamRequest {
    UpstreamRequest(
      method: .get,
      repository: name,
      path: "/v2/\(name)/tags/list",
      query: page?.query,
      headers: ["Accept": "application/json"]
    )
  }

  /// `/v2/<name>/referrers/<digest>`, or another page of it.
  static func referrers(_ name: RepositoryName, _ digest: Digest, page: PageCursor?) -> UpstreamRequest {
    UpstreamRequest(
      method: .get,
      repository: name,
      path: "/v2/\(name)/referrers/\(digest)",
      query: page?.query,
      headers: ["Accept": MediaType.ociIndex.description]
    )
  }

  /// Where the ask goes at `endpoint`.
  func url(at endpoint: Endpoint) -> WebURL {
    let root = "/v2/"
    let below = endpoint.project.map { path == root ? path : "\(root)\($0)/" + path.dropFirst(root.utf8.count) } ?? path
    return WebURL(origin: endpoint.origin, path: endpoint.pathPrefix + below, query: query)
  }
}

/// The part of a blob that is asked for.
public enum BlobRange: Sendable, Hashable {
  /// All of it.
  case whole
  /// Everything from this byte to the end.
  case from(Int64)
  /// These bytes; not empty, and the lower bound not negative.
  case bytes(Range<Int64>)

  /// The `Range` field (RFC 9110 §14.2); nil if none is to be sent.
  var headerValue: String? {
    switch self {
    case .whole, .from(...0): nil
    case .from(let start): "bytes=\(start)-"
    case .bytes(let range) where range.isEmpty || range.lowerBound < 0: nil
    case .bytes(let range): "bytes=\(range.lowerBound)-\(range.upperBound - 1)"
    }
  }
}
