import BlockingIO
import LMDB
import OCI
import Synchronization

/// What a sweep of files without rows did.
public struct OrphanSweepReport: Sendable, Equatable {
  /// Files that were removed: their number and bytes.
  public var removed = StoreTotals()
  /// Files and directories that are not the store's, by path under `content/`; they were left alone. The first hundred.
  public var foreign: [String] = []

  /// Nothing done.
  public init() {}
}

/// Removes files of content that no row knows of: what a crash between a file and its row leaves.
final class OrphanSweep: Sendable {
  private let walk: Mutex<ShardWalk>
  private let shards: Shards
  /// Only what was put in place before is an orphan, in seconds since 1970: the row of a file may still be on its way.
  private let cutoff: Int64
  private let isHeld: @Sendable (Digest) -> Bool

  init(_ directory: StoreDirectory, _ shards: Shards, cutoff: Int64, isHeld: @escaping @Sendable (Digest) -> Bool) {
    walk = Mutex(ShardWalk(directory))
    self.shards = shards
    self.cutoff = cutoff
    self.isHeld = isHeld
  }

  /// Sweeps the next files of a shard; nil after the last, else how many they were and what was done. Blocks.
  func next() throws(FileFailure) -> (files: Int, report: OrphanSweepReport)? {
    guard let step = try walk.withLock({ (walk) throws(FileFailure) in try walk.next() }) else { return nil }
    var report = OrphanSweepReport()
    report.foreign = step.foreign
    for digest in step.digests where !isHeld(digest) {
      if let bytes = try shards.removeOrphan(digest, putBefore: cutoff, isHeld: isHeld) {
        report.removed.add(StoreTotals(bytes: bytes, count: 1))
      }
    }
    return (step.digests.count + step.foreign.count, report)
  }
}

extension Store {
  /// Removes files of content that no row knows of and that were put in place more than `age` seconds ago; an hour
  /// leaves time enough for rows that are on their way.
  ///
  /// Walks every shard: behind requests, at `filesPerSecond`. Runs by itself after the store was not closed.
  public func sweepOrphans(
    olderThan age: Int64 = 3_600,
    filesPerSecond: Int64? = 8_000
  ) async throws(StoreError) -> OrphanSweepReport {
    let tables = (environment, tables)
    let sweep = OrphanSweep(directory, shards, cutoff: options.now().saturatingDifference(age)) { digest in
      // What cannot be looked up counts as held: no file goes for an error.
      do throws(StoreError) {
        return try tables.0.read { (transaction) throws(StoreError) in
          try tables.1.content(digest, transaction)
        } != nil
      } catch { return true }
    }
    var report = OrphanSweepReport()
    var pace = Pace(perSecond: filesPerSecond)
    let start = ContinuousClock.now
    while !Task.isCancelled {
      let step: (files: Int, report: OrphanSweepReport)?
      do throws(FileFailure) {
        step = try await upkeepLane.run { () throws(FileFailure) in try sweep.next() }
      } catch { throw StoreError(error) }
      guard let step else { break }
      report.removed.add(step.report.removed)
      report.foreign += step.report.foreign.prefix(100 - report.foreign.count)
      let wait = pace.wait(after: Int64(step.files), elapsed: ContinuousClock.now - start)
      if wait > .zero { try? await Task.sleep(for: wait) }
    }
    return report
  }
}
