import BlockingIO
import Glibc
import LMDB
import Logging
public import OCI
import Synchronization

extension Store {
  /// Reads everything that is held and compares it with its digest; what is wrong is dropped, to be fetched again.
  ///
  /// Runs beside requests, at `bytesPerSecond` (nil: as fast as the disk gives). `progress` is told after each piece of
  /// a content. Cancelling the task ends it early.
  public func scrub(
    bytesPerSecond: Int64?,
    progress: @Sendable (ScrubReport) -> Void = { _ in }
  ) async throws(StoreError) -> ScrubReport {
    var report = ScrubReport()
    var pacer = Pacer(Pace(perSecond: bytesPerSecond))
    var last: Digest?
    while let page = try contentPage(after: last), !Task.isCancelled {
      for (digest, record) in page where !Task.isCancelled {
        let before = report.readBytes
        let finding = await inspect(digest, record) { count in
          report.readBytes += Int64(count)
          progress(report)
          await pacer.pause(after: count)
        }
        try note(finding, of: digest, record, in: &report)
        // What another took away meanwhile counts as well: the end is reached when all has been looked at.
        report.readBytes = before.saturatingSum(record.size)
        progress(report)
      }
      last = page.last?.digest
    }
    return report
  }

  /// What the file of a content is like.
  private enum Finding {
    case sound
    case damaged(inode: UInt64)
    case missing
    case unreadable(FileFailure)
  }

  private func note(
    _ finding: Finding,
    of digest: Digest,
    _ record: ContentRecord,
    in report: inout ScrubReport
  ) throws(StoreError) {
    switch finding {
    case .sound: report.sound.add(StoreTotals(bytes: record.size, count: 1))
    case .damaged(let inode):
      report.damaged.append(digest)
      invalidate(digest) { shards, _ in (try? shards.open(digest)?.inode) == inode }
    case .missing:
      // Eviction takes the row before the file: what has no row any more was evicted since the page was read.
      guard try content(digest) != nil else { return }
      report.missing.append(digest)
      invalidate(digest) { shards, record in (try? shards.open(digest)?.size) != record.size }
    case .unreadable(let failure):
      log.warning("content cannot be read", metadata: ["digest": "\(digest)", "error": "\(failure)"])
      report.unreadable.append(digest)
    }
  }

  /// - Parameter didRead: told of each piece, in bytes; what comes next waits for its end.
  private func inspect(
    _ digest: Digest,
    _ record: ContentRecord,
    _ didRead: (Int) async -> Void
  ) async -> Finding {
    let shards = shards
    do throws(FileFailure) {
      let opened = try await upkeepLane.run { () throws(FileFailure) in try shards.open(digest) }
      guard let file = opened, file.size == record.size else { return .missing }
      return try await isSound(file, digest, didRead) ? .sound : .damaged(inode: file.inode)
    } catch { return .unreadable(error) }
  }

  private func isSound(
    _ file: ContentFile,
    _ digest: Digest,
    _ didRead: (Int) async -> Void
  ) async throws(FileFailure) -> Bool {
    let verifier = SharedVerifier(ContentVerifier(file, digest))
    while true {
      switch try await upkeepLane.run({ () throws(FileFailure) in try verifier.next() }) {
      case .more(let count): await didRead(count)
      case .sound(let count):
        await didRead(count)
        return true
      case .damaged(let count):
        await didRead(count)
        return false
      }
    }
  }

  /// Up to a thousand contents behind `last` in the order of the index; nil after the end.
  private func contentPage(
    after last: Digest?
  ) throws(StoreError) -> [(digest: Digest, record: ContentRecord)]? {
    var page: [(digest: Digest, record: ContentRecord)] = []
    try read { (transaction) throws(StoreError) in
      page = try tables.contents(after: last, limit: 1_000, transaction)
    }
    return page.isEmpty ? nil : page
  }
}

/// A ``Pace`` with the clock.
private struct Pacer {
  private var pace: Pace
  private let start = ContinuousClock.now

  init(_ pace: Pace) { self.pace = pace }

  mutating func pause(after bytes: Int) async {
    let wait = pace.wait(after: Int64(bytes), elapsed: ContinuousClock.now - start)
    if wait > .zero { try? await Task.sleep(for: wait) }
  }
}

/// A ``ContentVerifier`` that a lane works on, one piece after the other.
private final class SharedVerifier: Sendable {
  private let verifier: Mutex<ContentVerifier>

  init(_ verifier: consuming sending ContentVerifier) { self.verifier = Mutex(verifier) }

  func next() throws(FileFailure) -> ContentVerifier.Outcome {
    try verifier.withLock { (verifier) throws(FileFailure) in try verifier.next() }
  }
}

/// What a scrub found. Sizes are bytes.
public struct ScrubReport: Sendable, Equatable {
  /// What was read so far, a part of a content included.
  public var readBytes: Int64 = 0
  /// Contents that were read and are right.
  public var sound = StoreTotals()
  /// Contents whose bytes are not what their digest says; dropped.
  public var damaged: [Digest] = []
  /// Contents whose file is missing or has the wrong length; dropped.
  public var missing: [Digest] = []
  /// Contents whose file could not be read; kept.
  public var unreadable: [Digest] = []

  /// Nothing scrubbed.
  public init() {}

  /// Whether everything was right.
  public var isClean: Bool { damaged.isEmpty && missing.isEmpty && unreadable.isEmpty }
}
