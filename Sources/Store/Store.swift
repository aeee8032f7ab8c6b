import BlockingIO
import LMDB
import Logging
import OCI
import Synchronization

/// What runs behind requests.
struct Upkeep: Sendable {
  var tasks: [Task<Void, Never>] = []
  /// Whether all that earlier runs left undone is mended.
  var isTidy = false
}

/// Everything on disk: content by digest, and the index of tags, grants, referrers and what is held.
///
/// Reading the index is a read of memory and may run on an event loop; so may opening content. Changes of the index are
/// awaited until they are on disk. Staging and publishing block and belong on a fetch lane.
public final class Store: Sendable {
  let options: StoreOptions
  let log: Logger
  let directory: StoreDirectory
  let environment: Environment
  let tables: IndexTables
  let writer: IndexWriter
  let shards: Shards
  let fileSystemSync: FileSystemSync
  let ledger: SpaceLedger
  let invalid: InvalidContent
  let evictor: Evictor
  let accesses: SharedAccessLog
  let leftovers: Mutex<StagingLeftovers>
  let partialFiles: PartialFiles
  /// Where sweeping, rebuilding and scrubbing block.
  let upkeepLane = Lane(label: "berth.upkeep")
  let upkeep = Mutex(Upkeep())
  let removalObserver: RemovalObserver
  let recentTags = RecentTags()

  /// Opens the store and says what the index knows of its own past; nothing runs behind requests yet.
  static func make(
    _ options: StoreOptions,
    _ log: Logger
  ) throws(StoreError) -> (store: Store, marks: IndexMarks) {
    let directory =
      options.mustExist ? try StoreDirectory(existing: options.path) : try StoreDirectory(path: options.path)
    if case .doubtful(let kind) = FileSystemKind(of: directory.root.raw) {
      log.warning(
        "the store lies on a file system that may not lock or map files dependably",
        metadata: ["path": "\(options.path)", "kind": "\(kind)"]
      )
    }
    let index = try OpenIndex(in: directory, options) { name, error in
      log.error(
        "the index is damaged; it is put aside and rebuilt from the content, without tags, grants and pins",
        metadata: ["path": "\(options.path)", "kept as": "\(name)", "error": "\(error)"]
      )
    }
    let leftovers: StagingLeftovers
    do throws(FileFailure) {
      leftovers = StagingLeftovers(names: try Files.names(in: directory.staging.raw, .stagingDirectory))
    } catch { throw StoreError(error) }
    return (Store(options, log, directory, index, leftovers), index.marks)
  }

  private init(
    _ options: StoreOptions,
    _ log: Logger,
    _ directory: StoreDirectory,
    _ index: OpenIndex,
    _ leftovers: StagingLeftovers
  ) {
    let fileSystem = FileSystemSpace(of: directory.root.raw)
    var space = SpaceBudget(SpaceLimits(options.capacity, fileSystemBytes: fileSystem?.total ?? .max))
    space.held = index.totals
    space.pinned = index.pinnedBytes
    space.indexBytes = index.indexBytes
    let (ledger, shards) = (SpaceLedger(space), Shards(directory))
    let (accesses, invalid) = (SharedAccessLog(), InvalidContent())
    let (removalObserver, recentTags) = (RemovalObserver(), recentTags)
    let writer = IndexWriter(
      index.environment,
      index.tables,
      options,
      ledger,
      isDiskFull: { FileSystemSpace(of: directory.root.raw)?.isExhausted ?? false },
      failed: { error in
        if error.isIndexDamage { directory.markIndexDamaged() }
        options.onIndexFailure(error)
      },
      committed: { commit in
        recentTags.committed()
        shards.committed(put: commit.put, removed: commit.removed)
        invalid.remove(commit.put + commit.removed)
        removalObserver.removed(commit.removed)
      }
    )
    (self.options, self.log, self.directory) = (options, log, directory)
    (environment, tables, self.writer) = (index.environment, index.tables, writer)
    (self.shards, self.ledger, self.invalid, self.accesses) = (shards, ledger, invalid, accesses)
    fileSystemSync = FileSystemSync(maxUnwrittenBytes: options.maxUnwrittenBytes)
    let partialFiles = PartialFiles(directory)
    evictor = Evictor(
      writer,
      ledger,
      shards,
      accessedAt: { accesses.lastAccess(to: $0) },
      givingUp: { await partialFiles.giveUp(freeing: $0) },
      log: log
    )
    self.partialFiles = partialFiles
    self.leftovers = Mutex(leftovers)
    self.removalObserver = removalObserver
  }

  deinit {
    for task in upkeep.withLock({ $0.tasks }) { task.cancel() }
  }

  /// Writes what is noted in memory, commits what waits, and closes the index. Content that is open stays readable.
  public func close() async {
    let running = upkeep.withLock { upkeep in
      defer { upkeep.tasks = [] }
      return upkeep.tasks
    }
    for task in running { task.cancel() }
    for task in running { await task.value }
    await flushAccessTimes()
    await shards.finishRemovals()
    await markClosed()
    await writer.close()
    await shards.finishRemovals()
    environment.close()
    directory.unlock()
  }

  /// Lets the next start know that there is nothing to tidy up.
  func markClosed() async {
    guard upkeep.withLock({ $0.isTidy }) else { return }
    do throws(StoreError) {
      try await write { (index) throws(StoreError) in try index.put(index.tables.meta, MetaKey.closed, []) }
    } catch {
      log.debug("the store is not marked as closed", metadata: ["error": "\(error)"])
    }
  }

  /// Bytes and number of all content held.
  public var totals: StoreTotals { ledger.space.held }
}
