import BlockingIO
import LMDB
import OCI
import Synchronization

/// The one place that writes the index: a serial queue that commits waiting changes in groups.
///
/// A commit costs a sync of the disk whatever it holds, so that changes which gather during one commit share the next.
/// A change that throws leaves nothing behind and takes nobody along: the others are made again without it.
final class IndexWriter: Sendable {
  /// What a commit changed.
  struct Commit: Sendable {
    var totals: StoreTotals
    var pinnedBytes: Int64
    /// What the index takes now, in bytes.
    var indexBytes: Int64
    var put: [Digest]
    var removed: [Digest]
    var consumed: [Reservation]
  }

  private struct State {
    var waiting: [any IndexJob] = []
    var isDraining = false
    var isClosed = false
    var hasFailed = false
  }

  /// Most changes in one commit; bounds the pages that a transaction touches.
  private static let maxGroup = 256

  private let queue = Lane(label: "berth.index-writer")
  private let state = Mutex(State())
  private let environment: Environment
  private let tables: IndexTables
  private let options: StoreOptions
  private let ledger: SpaceLedger
  private let isDiskFull: @Sendable () -> Bool
  private let failed: @Sendable (StoreError) -> Void
  private let committed: @Sendable (Commit) -> Void

  init(
    _ environment: Environment,
    _ tables: IndexTables,
    _ options: StoreOptions,
    _ ledger: SpaceLedger,
    isDiskFull: @escaping @Sendable () -> Bool,
    failed: @escaping @Sendable (StoreError) -> Void,
    committed: @escaping @Sendable (Commit) -> Void
  ) {
    self.environment = environment
    self.tables = tables
    self.options = options
    self.ledger = ledger
    self.isDiskFull = isDiskFull
    self.failed = failed
    self.committed = committed
  }

  /// Whether the index failed and takes no writes any more.
  var hasFailed: Bool { state.withLock { $0.hasFailed } }

  /// Changes that wait for the next commit.
  var waitingCount: Int { state.withLock { $0.waiting.count } }

  /// Makes a change; returns when it is on disk.
  func write<Result: Sendable>(_ body: @escaping AwaitedJob<Result>.Body) async throws(StoreError) -> Result {
    let outcome = await withCheckedContinuation { continuation in
      submit(AwaitedJob(body, continuation))
    }
    return try outcome.get()
  }

  /// Makes a change behind the caller, in order with all others, and calls `finished` with how it went.
  func enqueue(
    _ body: @escaping AwaitedJob<Void>.Body,
    finished: @escaping @Sendable (StoreError?) -> Void
  ) {
    submit(DetachedJob(body: body, finished: finished))
  }

  /// Commits what waits and takes nothing more.
  func close() async {
    state.withLock { $0.isClosed = true }
    await queue.run {}
  }

  private func submit(_ job: any IndexJob) {
    let (isRefused, mustStart) = state.withLock { state in
      if state.isClosed { return (true, false) }
      state.waiting.append(job)
      defer { state.isDraining = true }
      return (false, !state.isDraining)
    }
    if isRefused { job.finish(.closed) }
    if mustStart { queue.enqueue { self.drain() } }
  }

  private func drain() {
    while let group = nextGroup() { commit(group) }
  }

  private func nextGroup() -> [any IndexJob]? {
    state.withLock { state in
      guard !state.waiting.isEmpty else {
        state.isDraining = false
        return nil
      }
      let group = Array(state.waiting.prefix(Self.maxGroup))
      state.waiting.removeFirst(group.count)
      return group
    }
  }

  private func commit(_ group: [any IndexJob]) {
    if hasFailed { return finish(group, .indexIsReadOnly) }
    switch attempt(group) {
    case .committed(let commit):
      ledger.committed(
        commit.totals,
        pinnedBytes: commit.pinnedBytes,
        indexBytes: commit.indexBytes,
        using: commit.consumed
      )
      committed(commit)
      finish(group, nil)
    case .refused where group.count > 1:
      for job in group { commit([job]) }
    case .refused(let failure):
      finish(group, failure)
    case .failed(let failure):
      fail(failure)
      finish(group, failure)
    }
  }

  /// The index must not be written any more: nobody knows what it holds.
  func fail(_ failure: StoreError) {
    let isFirst = state.withLock { state in
      defer { state.hasFailed = true }
      return !state.hasFailed
    }
    if isFirst { failed(failure) }
  }

  private func finish(_ group: [any IndexJob], _ failure: StoreError?) {
    for job in group { job.finish(failure) }
  }
}

extension IndexWriter {
  /// How making a group of changes ended.
  private enum Attempt {
    case committed(Commit)
    /// Nothing is changed, and the index is well.
    case refused(StoreError)
    /// Nothing is known of the index but that it must not be written any more.
    case failed(StoreError)
  }

  private func attempt(_ group: [any IndexJob]) -> Attempt {
    while true {
      do throws(StoreError) {
        if try usage().isNearlyFull { growMap() }
        return .committed(try make(group))
      } catch {
        switch IndexFailure(error, isDiskFull: isDiskFull) {
        case .mapIsFull: if !growMap() { return .refused(error) }
        case .diskIsFull(let failure): return .refused(failure)
        case .harmless: return .refused(error)
        case .fatal: return .failed(error)
        }
      }
    }
  }

  private func usage() throws(StoreError) -> MapUsage {
    do throws(LMDBError) { return try environment.usage() } catch { throw StoreError(error) }
  }

  /// Grows the map; false when it is as large as it may be.
  @discardableResult
  private func growMap() -> Bool {
    (try? environment.growMap()) != nil
  }

  private func make(_ group: [any IndexJob]) throws(StoreError) -> Commit {
    try environment.write { (transaction) throws(StoreError) in
      let index = IndexWrite(
        transaction: transaction,
        tables: tables,
        now: options.now(),
        maxTagMoves: options.maxTagMoves,
        capacity: ledger.space.limits.capacity
      )
      for job in group { try job.run(index) }
      try index.writeTotals()
      let effects = index.effects
      return Commit(
        totals: effects.totals,
        pinnedBytes: effects.pinnedBytes,
        indexBytes: try tables.usedBytes(index.transaction.reading),
        put: effects.put,
        removed: effects.removed,
        consumed: effects.consumed
      )
    }
  }
}
