public import BlockingIO
public import Logging
public import Memory
public import NIOCore
public import OCI
public import Store

/// The use cases of `/v2`: what is asked for by name or digest, answered from the store or pulled through from an upstream.
///
/// A façade over ``Services``, which know one another and not this. Methods that are not `async` answer from memory and the
/// index alone and may run on an event loop. The `async` ones may ask upstream; whatever they start is shared by all who ask
/// for the same and ends on its own, whoever leaves.
public final class PullThrough: Sendable {
  /// What documents and answers may take of memory.
  public let memory: MemoryBudget
  /// Where short blocking work is done.
  public let lanes: LanePool
  let context: ServiceContext
  let services: Services

  /// - Parameters:
  ///   - store: an open store; the caller closes it after the last request.
  ///   - upstreams: all that clients can select.
  ///   - clock: the wall clock; tests pass their own.
  public init(
    store: Store,
    upstreams: UpstreamTable,
    policy: Policy = Policy(),
    limits: Limits = Limits(),
    clock: WallClock = .system,
    lanes: LanePool = LanePool(),
    memory: MemoryBudget = MemoryBudget(),
    metrics: Metrics = Metrics(),
    log: Logger
  ) {
    (self.lanes, self.memory) = (lanes, memory)
    context = ServiceContext(
      store: store,
      upstreams: CurrentUpstreams(upstreams, policy),
      metrics: metrics,
      limits: limits,
      clock: clock,
      log: log
    )
    services = Services(context, lanes: lanes, memory: memory)
  }

  /// What is counted while serving.
  public var metrics: Metrics { context.metrics }

  /// Which upstream a name belongs to.
  public var upstreams: UpstreamTable { context.upstreams.table }

  /// Serves with other upstreams and another policy from now on; what is under way ends with those it began with.
  public func reload(upstreams: UpstreamTable, policy: Policy) { context.upstreams.replace(upstreams, policy) }

  /// Transfers that run, and that wait for a place.
  public var downloadLoad: (running: Int, waiting: Int) { services.downloads.load }

  /// Asks upstreams, one question after the other, about grants that an earlier version's store has for what a manifest
  /// merely named. Ends when all are confirmed or withdrawn; to be cancelled before ``shutdown()``.
  public func confirmEarlierGrants() async { await services.earlierGrants.confirm() }

  /// A client that waits has closed its side of the connection. Some do and still read the answer, others have left: it gets its
  /// answer, and while transfers wait for places, others go first. May be called on an event loop.
  public func clientMayHaveLeft(_ client: ClientKey) { services.downloads.mayHaveLeft(client) }

  /// The connection of such a client has ended.
  public func clientHasLeft(_ client: ClientKey) { services.downloads.hasLeft(client) }

  /// Ends the downloads in order, and writes what is known. Call when no more requests come, and before the transport and
  /// the store are closed.
  public func shutdown() async {
    await services.downloads.shutdown()
    await context.pending.flush()
    await context.health.shutdown()
  }

  // MARK: Manifests

  /// What is known of a manifest without asking. At the most two memory reads of the index: may run on an event loop.
  public func lookUpManifest(_ reference: Reference, in repository: Repository) -> ManifestLookup {
    services.tags.lookUp(reference, in: repository)
  }

  /// A manifest that was looked up, from wherever it is.
  ///
  /// A 200 to a HEAD rests on this too: whatever is answered here can be had by its digest afterwards.
  public func manifest(_ open: OpenManifest) async throws(PullThroughError) -> ResolvedManifest {
    try await services.tags.manifest(open)
  }

  /// A client is being sent a manifest: what it will ask for next may be fetched ahead. May run on an event loop.
  public func noteSent(_ manifest: CachedContent, in repository: Repository) {
    services.prefetcher.noteSent(manifest, in: repository)
  }

  // MARK: Blobs

  /// The blob, if it is held and the repository is known to include it: a look into memory or a read of the index, and an
  /// `open`. May run on an event loop.
  /// - Returns: nil when upstream must be asked; see ``blob(_:in:_:)``.
  public func blobAtHand(_ digest: Digest, in repository: Repository) -> BlobAtHand? {
    services.blobs.immediate(digest, in: repository)
  }

  /// The blob, held or arriving.
  /// - Throws: ``PullThroughError/blobUnknown(_:_:)`` or ``PullThroughError/denied(_:status:reason:)`` as upstream says
  ///   of this repository, whoever else's copy is held; other cases for upstream's or the store's trouble.
  /// - Parameter wanted: what of it is wanted. Parts that make nothing whole (see `RangeRequest.completesNothing`) are asked for
  ///   before the rest, or alone, as the upstream's settings say, and are not taken from another upstream's download before
  ///   that is verified.
  public func blob(
    _ digest: Digest,
    in repository: Repository,
    _ wanted: RangeRequest = .whole
  ) async throws(PullThroughError) -> BlobAnswer {
    try await services.blobs.blob(digest, in: repository, wanted)
  }

  /// The blob's size in bytes, without its content.
  /// - Throws: as ``blob(_:in:_:)``.
  public func blobSize(_ digest: Digest, in repository: Repository) async throws(PullThroughError) -> Int64 {
    try await services.blobs.size(digest, in: repository)
  }

  /// A client asks for a blob: those behind it may be fetched ahead. May run on an event loop.
  public func noteAsked(_ digest: Digest, in repository: Repository) {
    services.prefetcher.noteAsked(digest, in: repository)
  }

  // MARK: Lists

  /// The repository's tags, if they were fetched within the upstream's freshness window. May run on an event loop.
  public func tagsAtHand(in repository: Repository) -> TagList? { services.tagLists.immediate(in: repository) }

  /// The repository's tags, all of them or an error: see ``TagListService/tags(in:)``.
  public func tags(in repository: Repository) async throws(PullThroughError) -> TagList {
    try await services.tagLists.tags(in: repository)
  }

  /// What refers to `subject`, if upstream said so within its freshness window. May run on an event loop.
  public func referrersAtHand(of subject: Digest, in repository: Repository) -> ReferrerList? {
    services.referrers.immediate(of: subject, in: repository)
  }

  /// What refers to `subject`; trouble upstream is never an empty list: see ``ReferrerService/referrers(of:in:)``.
  public func referrers(
    of subject: Digest,
    in repository: Repository
  ) async throws(PullThroughError) -> ReferrerList {
    try await services.referrers.referrers(of: subject, in: repository)
  }

  /// The referrers of one artifact type, compared as it stands, as JSON objects with commas between them, with their room in
  /// the memory budget.
  public func filtered(
    _ list: ReferrerList,
    by artifactType: String
  ) async throws(PullThroughError) -> (json: ByteBuffer, reservation: MemoryReservation) {
    try await services.referrers.filtered(list, by: artifactType)
  }
}
