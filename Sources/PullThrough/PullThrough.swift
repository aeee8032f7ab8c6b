public import BlockingIO
public import Logging
public import Memory
public import OCI
public import Store
import Synchronization
import Upstream

/// The use cases: what is asked for by name or digest, answered from the store or pulled through from an upstream.
///
/// Methods named `…AtHand` answer from memory and the index alone and may run on an event loop. The `async` ones may ask
/// upstream; whatever they start is shared by all who ask for the same and ends on its own, whoever leaves.
public final class PullThrough: Sendable {
  /// What is counted while serving.
  public let metrics: Metrics
  /// What documents and answers may take of memory.
  public let memory: MemoryBudget
  let store: Store
  let limits: Limits
  private let reloadable: Mutex<Reloadable>
  let log: Logger
  let clock: WallClock
  /// Where short blocking work is done.
  public let lanes: LanePool
  let keeping: KeepingHealth
  let pending: PendingWrites
  let named = SharedNamedSizes()
  let proofs = SharedProofQueue()
  let heardReferrers = HeardReferrers()
  let downloads: DownloadTable
  let prefetches: Prefetches
  let hotManifests: HotContents
  let hotBlobs: HotContents
  let listLimits = ListLimits()
  let tagLists: RememberedLists<Repository, TagList>
  let referrerLists: RememberedLists<RepositoryDigest, ReferrerList>
  let warmJobs = WarmJobs()
  let scrubbing = Scrubbing()
  private let imagesChanged = Atomic<Bool>(false)
  let manifestFetches = SingleFlight<RepositoryDigest, HotContent>()
  let manifestProofs = SingleFlight<RepositoryDigest, ManifestHead>()
  let blobProofs = SingleFlight<RepositoryDigest, BlobHead>()
  let tagRefreshes = SingleFlight<RepositoryTag, ResolvedTag>()
  let tagListFetches = SingleFlight<Repository, TagList>()
  let referrerFetches = SingleFlight<RepositoryDigest, ReferrerList>()

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
    self.store = store
    self.metrics = metrics
    self.memory = memory
    reloadable = Mutex(Reloadable(upstreams: upstreams, policy: policy))
    self.limits = limits
    self.clock = clock
    self.lanes = lanes
    self.log = log
    keeping = KeepingHealth(store, metrics: metrics, log: log)
    pending = PendingWrites(to: store, limits: limits)
    prefetches = Prefetches(limits: limits, metrics: metrics)
    downloads = DownloadTable(
      store: store,
      pending: pending,
      named: named,
      health: keeping,
      limits: limits,
      clock: clock,
      metrics: metrics,
      prefetches: prefetches,
      log: log
    )
    hotManifests = HotContents(maxBytes: limits.hotManifestBytes)
    hotBlobs = HotContents(maxBytes: limits.hotBlobBytes)
    tagLists = RememberedLists(maxBytes: listLimits.tagListBytes, maxLists: listLimits.maxLists)
    referrerLists = RememberedLists(maxBytes: listLimits.referrersBytes, maxLists: listLimits.maxLists)
    store.onRemoval { [hotManifests, hotBlobs] digests in
      hotManifests.noteRemoved(digests)
      hotBlobs.noteRemoved(digests)
    }
  }

  /// What can change while Berth runs. Every request takes it anew, under a lock that is held for a copy only.
  private struct Reloadable {
    var upstreams: UpstreamTable
    var policy: Policy
  }

  /// Which upstream a name belongs to.
  public var upstreams: UpstreamTable { reloadable.withLock { $0.upstreams } }

  var policy: Policy { reloadable.withLock { $0.policy } }

  /// Serves with other upstreams and another policy from now on; what is under way ends with those it began with.
  public func reload(upstreams: UpstreamTable, policy: Policy) {
    reloadable.withLock { $0 = Reloadable(upstreams: upstreams, policy: policy) }
  }

  /// A manifest or tag has changed: pins may have to follow.
  func noteImagesChanged() { imagesChanged.store(true, ordering: .relaxed) }

  /// Whether a manifest or tag has changed since this was last asked.
  func takeImagesChanged() -> Bool { imagesChanged.exchange(false, ordering: .relaxed) }

  /// Transfers that run, and that wait for a place.
  public var downloadLoad: (running: Int, waiting: Int) { downloads.load }

  /// Ends the downloads in order, and writes what is known. Call when no more requests come, and before the transport and the store are closed.
  public func shutdown() async {
    await downloads.shutdown()
    await pending.settle()
    await keeping.shutdown()
  }

  /// Who to ask for something of a repository.
  /// - Throws: ``PullThroughError/offline(_:_:)`` where nobody is asked.
  func upstream(
    of repository: Repository,
    for operation: RepositoryOperation
  ) throws(PullThroughError) -> any UpstreamRegistry {
    let (upstreams, policy) = reloadable.withLock { ($0.upstreams, $0.policy) }
    guard !policy.isOffline else { throw .offline(repository, operation) }
    guard let upstream = upstreams[repository.upstream] else {
      throw .upstreamUnknown(requested: repository.upstream.description, known: upstreams.names.all)
    }
    return upstream
  }
}

/// Content as one repository's: the key under which access to it is known.
struct RepositoryDigest: Hashable, Sendable {
  var repository: Repository
  var digest: Digest
}

/// A tag of one repository.
struct RepositoryTag: Hashable, Sendable {
  var repository: Repository
  var tag: Tag
}
