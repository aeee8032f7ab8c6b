import BlockingIO
import LMDB
public import Logging
import OCI
import Synchronization

extension Store {
  /// Opens the store, making what is missing.
  ///
  /// Takes milliseconds whatever the store holds. Throws ``StoreError/inUse(path:processID:)`` while another process
  /// owns it, ``StoreError/foreignOwner(path:userID:)``, ``StoreError/newerSchema(path:found:supported:)``,
  /// ``StoreError/olderSchema(path:found:supported:)``, ``StoreError/remoteFileSystem(path:kind:)``, and what the file
  /// system and the index throw.
  public static func open(_ options: StoreOptions, log: Logger) throws(StoreError) -> Store {
    let (store, marks) = try make(options, log)
    store.startUpkeep(after: marks)
    return store
  }

  /// Starts what runs behind requests for as long as the store is open.
  private func startUpkeep(after marks: IndexMarks) {
    let interval = options.accessFlushInterval
    let flushing = Task { [weak self] in
      var rows = RowAgingSchedule()
      var aged = ContinuousClock.now
      while !Task.isCancelled {
        try? await Task.sleep(for: interval)
        await self?.flushAccessTimes()
        self?.clearStaleReaders()
        await self?.ageRows(&rows)
        if ContinuousClock.now - aged > Self.partsAgingInterval {
          await self?.agePartsBehindRequests()
          aged = .now
        }
      }
    }
    let tidying = Task { [weak self] () -> Void in await self?.tidyUp(after: marks) }
    upkeep.withLock { $0.tasks = [flushing, tidying] }
    evictor.wake()
  }

  /// How often parts of contents are looked through for those that nobody wants any more.
  private static let partsAgingInterval = Duration.seconds(60)

  private func agePartsBehindRequests() async { await upkeepLane.run { self.ageParts() } }

  /// Mends what the last run left undone. Costs nothing when that was closed in order.
  private func tidyUp(after marks: IndexMarks) async {
    await upkeepLane.run { self.sweepStaging() }
    do throws(StoreError) {
      // First, since until then upstreams are asked about what could be served.
      if marks.isJudgingGrants { try await judgeGrants() }
      if marks.isRebuilding {
        try await rebuildIndex()
        log.info("the index is rebuilt", metadata: ["contents": "\(totals.count)", "bytes": "\(totals.bytes)"])
      } else if !marks.wasClosed {
        let report = try await sweepOrphans()
        log.info(
          "swept what the last run left",
          metadata: ["files": "\(report.removed.count)", "bytes": "\(report.removed.bytes)"]
        )
      }
      if !Task.isCancelled { upkeep.withLock { $0.isTidy = true } }
    } catch {
      if error != .closed { log.warning("tidying up the store failed", metadata: ["error": "\(error)"]) }
    }
  }

  /// Other processes read the index, too, when people look at it; one that died must not keep freed pages from use.
  private func clearStaleReaders() {
    do throws(LMDBError) { try environment.clearStaleReaders() } catch {
      log.debug("stale readers of the index were not cleared", metadata: ["error": "\(error)"])
    }
  }
}
