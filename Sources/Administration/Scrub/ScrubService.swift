import Logging
public import OCI
import PullThrough
import Store
import Synchronization

/// How far checking everything that is held has come, and what it found.
public struct ScrubStatus: Sendable {
  /// Whether it is under way.
  public var isRunning = false
  /// When it began, in seconds since 1970; nil if there was none since the start.
  public var startedAt: Int64?
  /// When it ended, in seconds since 1970.
  public var endedAt: Int64?
  /// Bytes that were there when it began.
  public var totalBytes: Int64 = 0
  /// Bytes that were looked at, a part of a content included.
  public var readBytes: Int64 = 0
  /// Bytes that were read and are right.
  public var soundBytes: Int64 = 0
  /// Contents that were read and are right.
  public var soundCount: Int64 = 0
  /// Contents whose bytes are not what their digest says: dropped, to be fetched again.
  public var damaged: [Digest] = []
  /// Contents whose file is missing or has the wrong length: dropped, to be fetched again.
  public var missing: [Digest] = []
  /// Contents whose file could not be read: kept.
  public var unreadable: [Digest] = []
  /// Why it ended before the end.
  public var failure: String?

  /// Nothing checked yet.
  init() {}

  fileprivate mutating func note(_ report: ScrubReport) {
    readBytes = report.readBytes
    (soundBytes, soundCount) = (report.sound.bytes, report.sound.count)
    (damaged, missing, unreadable) = (report.damaged, report.missing, report.unreadable)
  }
}

/// The one scrub that may run, and the last one's result.
final class Scrubbing: Sendable {
  private struct State {
    var status = ScrubStatus()
    var task: Task<Void, Never>?
  }

  private let state = Mutex(State())

  var status: ScrubStatus { state.withLock { $0.status } }

  func update(_ change: (inout ScrubStatus) -> Void) { state.withLock { change(&$0.status) } }

  func cancel() { state.withLock { $0.task }?.cancel() }

  /// Begins unless one runs.
  func begin(_ status: ScrubStatus, _ work: @escaping @Sendable () async -> Void) -> Bool {
    state.withLock { state in
      guard !state.status.isRunning else { return false }
      state.status = status
      state.task = Task { await work() }
      return true
    }
  }
}

/// Reads everything that is held and compares it with its digests, once at a time.
public struct ScrubService: Sendable {
  let pullThrough: PullThrough
  private let scrubbing = Scrubbing()

  init(_ pullThrough: PullThrough) { self.pullThrough = pullThrough }

  private var store: Store { pullThrough.store }
  private var clock: WallClock { pullThrough.clock }

  /// How far the scrub has come, or what the last one found.
  public var status: ScrubStatus { scrubbing.status }

  /// Begins to read everything that is held and to compare it with its digest, beside requests.
  /// - Parameter bytesPerSecond: how fast to read; nil for as fast as the disk gives.
  /// - Throws: ``OperationError/refused(_:)`` while one runs.
  public func begin(bytesPerSecond: Int64?) throws(OperationError) -> ScrubStatus {
    var status = ScrubStatus()
    status.isRunning = true
    status.startedAt = clock.now()
    status.totalBytes = store.usage.held.bytes
    let begun = scrubbing.begin(status) { await self.runScrub(bytesPerSecond: bytesPerSecond) }
    guard begun else { throw .refused("a scrub is running already; `berth scrub --status` shows how far it is") }
    return scrubbing.status
  }

  /// Ends a scrub that runs.
  public func cancel() { scrubbing.cancel() }

  private func runScrub(bytesPerSecond: Int64?) async {
    let scrubbing = scrubbing
    var failure: String?
    do throws(StoreError) {
      let report = try await store.scrub(bytesPerSecond: bytesPerSecond) { report in
        scrubbing.update { $0.note(report) }
      }
      scrubbing.update { $0.note(report) }
      if Task.isCancelled { failure = "cancelled" }
    } catch {
      failure = "\(error)"
    }
    let now = clock.now()
    scrubbing.update { status in
      status.isRunning = false
      status.endedAt = now
      status.failure = failure
    }
    tell(scrubbing.status)
  }

  private func tell(_ status: ScrubStatus) {
    let isClean = status.damaged.isEmpty && status.missing.isEmpty && status.unreadable.isEmpty
    pullThrough.log.log(
      level: isClean && status.failure == nil ? .info : .warning,
      "a scrub has ended",
      metadata: [
        "sound": "\(status.soundCount)", "damaged": "\(status.damaged.count)", "missing": "\(status.missing.count)",
        "unreadable": "\(status.unreadable.count)", "ended": "\(status.failure ?? "complete")",
      ]
    )
  }
}
