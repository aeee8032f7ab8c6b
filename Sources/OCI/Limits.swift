/// Every bound that Berth puts on what comes from outside: sizes, counts and waits.
///
/// One value, made at start-up and handed down, so that no limit hides in a corner of the code. Sizes are bytes.
public struct Limits: Sendable, Equatable {
  // MARK: Documents

  /// Largest manifest or index taken from an upstream or a client. The specification asks for at least 4 MiB.
  public var maxManifestBytes = 8 << 20
  /// Deepest nesting of a JSON document that Berth acts upon.
  public var maxJSONDepth = 64
  /// Most children (manifests, or config and layers) that one manifest may name.
  public var maxManifestChildren = 5_000
  /// Largest error body read from an upstream before the rest is dropped.
  public var maxErrorBodyBytes = 64 << 10
  /// Largest answer of a token service.
  public var maxTokenBodyBytes = 64 << 10
  /// Largest single page of a tag list.
  public var maxTagsPageBytes = 4 << 20
  /// Most tags kept of one repository's list.
  public var maxTags = 100_000
  /// Most pages followed in one tag list.
  public var maxTagsPages = 200
  /// Largest single page of a referrers list.
  public var maxReferrersPageBytes = 4 << 20
  /// Most pages followed in one referrers list.
  public var maxReferrersPages = 20

  // MARK: Upstream responses

  /// Most redirects followed for one request.
  public var maxRedirects = 5
  /// Largest blob taken from an upstream.
  public var maxBlobBytes: Int64 = 1 << 40

  // MARK: Requests from clients

  /// Largest header block of a request, request line included.
  public var maxRequestHeaderBytes = 16 << 10
  /// Most header fields of a request.
  public var maxRequestHeaderFields = 100
  /// Longest request target.
  public var maxRequestTargetBytes = 4 << 10
  /// Largest page of a tag list that a client may ask for.
  public var maxTagsPageSize = 1_000
  /// Most connections served at once, all listeners together.
  public var maxConnections = 10_000
  /// Time from accept, or from the end of the last response, to a complete request header.
  public var requestHeaderTimeout: Duration = .seconds(10)
  /// Time that a keep-alive connection may stay without a request.
  public var idleTimeout: Duration = .seconds(60)
  /// Longest time in which a client that is being sent a body accepts nothing of it.
  public var sendProgressTimeout: Duration = .seconds(60)

  // MARK: Downloads

  /// Bytes received from an upstream that may wait for the disk, for each download.
  public var downloadWindowBytes = 8 << 20
  /// Downloads running at once, all upstreams together.
  public var maxConcurrentDownloads = 32
  /// Downloads waiting for a place; one more is refused.
  public var maxWaitingDownloads = 10_000

  /// The defaults, as documented at each property.
  public init() {}
}
