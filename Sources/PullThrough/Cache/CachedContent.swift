import Memory
public import NIOCore
public import OCI
import Synchronization

/// Verified content in memory, ready to be served: a manifest, or a small blob.
public final class CachedContent: Sendable {
  /// The digest of ``bytes``.
  public let digest: Digest
  /// The type to serve it under.
  public let mediaType: MediaType
  /// Verbatim, as the upstream sent it.
  public let bytes: ByteBuffer
  /// Repositories known to include it: kept here so that a hit needs no look-up, and so that content which the store
  /// could not keep can be served all the same.
  private let visibleIn: Mutex<Set<Repository>>
  /// Room in the memory budget for as long as the bytes are there: in use for an answer, or remembered. Nil for a small
  /// blob, of which no more are remembered than have a bound of their own.
  private let reservation: MemoryReservation?
  private let isUsed = Atomic<Bool>(true)
  private let hasArrived: Atomic<Bool>
  private let arrival: Mutex<PrefetchPlan?>
  /// When it is to be written to disk, in seconds since 1970; ``isKept`` while it is there, or on its way.
  private let keepAt = Atomic<Int64>(CachedContent.isKept)
  private static let isKept = Int64.max
  /// How long a store that could not keep it is left alone, in seconds.
  private static let keepPauseSeconds: Int64 = 10

  /// - Parameter arrival: of a manifest that came from upstream just now, what whoever is sent it will ask for.
  init(
    digest: Digest,
    mediaType: MediaType,
    bytes: ByteBuffer,
    visibleIn repository: Repository,
    reservation: MemoryReservation? = nil,
    arrival: PrefetchPlan? = nil
  ) {
    self.reservation = reservation
    self.digest = digest
    self.mediaType = mediaType
    self.bytes = bytes
    visibleIn = Mutex([repository])
    self.arrival = Mutex(arrival)
    hasArrived = Atomic(arrival != nil)
  }

  /// Length in bytes.
  public var sizeBytes: Int64 { Int64(bytes.readableBytes) }

  /// A part of ``bytes``, without a copy; empty if it lies outside.
  public func slice(_ range: Range<Int64>) -> ByteBuffer {
    bytes.getSlice(at: bytes.readerIndex + Int(range.lowerBound), length: range.count) ?? ByteBuffer()
  }

  /// The repositories known to include it.
  var repositories: Set<Repository> { visibleIn.withLock { $0 } }

  func isShown(to repository: Repository) -> Bool { visibleIn.withLock { $0.contains(repository) } }

  func show(to repository: Repository) { visibleIn.withLock { _ = $0.insert(repository) } }

  func markUsed() {
    // Most often it is marked already: then its cache line stays shared.
    if !isUsed.load(ordering: .relaxed) { isUsed.store(true, ordering: .relaxed) }
  }

  /// What whoever is sent this will ask for, if it came from upstream and nobody has asked before.
  func takeArrival() -> PrefetchPlan? {
    guard hasArrived.load(ordering: .relaxed), hasArrived.exchange(false, ordering: .relaxed) else { return nil }
    return arrival.withLock { $0.take() }
  }

  // MARK: Whether it is on disk, too

  /// Whether it is in memory alone.
  var isUnwritten: Bool { keepAt.load(ordering: .relaxed) != Self.isKept }

  /// The disk has it no longer: it is written again when it is served.
  func wasRemoved() { keepAt.store(0, ordering: .relaxed) }

  /// It could not be kept just now, in seconds since 1970.
  func writeLater(at now: Int64) {
    let (due, overflows) = now.addingReportingOverflow(Self.keepPauseSeconds)
    keepAt.store(overflows ? 0 : due, ordering: .relaxed)
  }

  /// Whether the caller is to keep it now: true for one caller, once it is due.
  func takesTurnToWrite(at now: Int64) -> Bool {
    let due = keepAt.load(ordering: .relaxed)
    guard due <= now else { return false }
    return keepAt.compareExchange(expected: due, desired: Self.isKept, ordering: .relaxed).exchanged
  }

  /// Whether it was used since this was last asked.
  func takeUsed() -> Bool { isUsed.exchange(false, ordering: .relaxed) }
}
