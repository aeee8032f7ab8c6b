import Memory
public import NIOCore
public import OCI
import Synchronization

/// Verified content in memory, ready to be served: a manifest, or a small blob.
public final class HotContent: Sendable {
  /// The digest of ``bytes``.
  public let digest: Digest
  /// The type to serve it under.
  public let mediaType: MediaType
  /// Verbatim, as the upstream sent it.
  public let bytes: ByteBuffer
  /// Repositories known to include it: kept here so that a hit needs no look-up, and so that content which the store
  /// could not keep can be served all the same.
  private let shownTo: Mutex<Set<Repository>>
  /// Room in the memory budget for as long as the bytes are there: in use for an answer, or remembered. Nil for a small
  /// blob, of which no more are remembered than have a bound of their own.
  private let reservation: MemoryReservation?
  private let isUsed = Atomic<Bool>(true)
  private let hasArrived: Atomic<Bool>
  private let arrival: Mutex<PrefetchPlan?>

  /// - Parameter arrival: of a manifest that came from upstream just now, what whoever is sent it will ask for.
  init(
    digest: Digest,
    mediaType: MediaType,
    bytes: ByteBuffer,
    shownTo repository: Repository,
    reservation: MemoryReservation? = nil,
    arrival: PrefetchPlan? = nil
  ) {
    self.reservation = reservation
    self.digest = digest
    self.mediaType = mediaType
    self.bytes = bytes
    shownTo = Mutex([repository])
    self.arrival = Mutex(arrival)
    hasArrived = Atomic(arrival != nil)
  }

  /// Length in bytes.
  public var sizeBytes: Int64 { Int64(bytes.readableBytes) }

  /// A part of ``bytes``, without a copy; empty if it lies outside.
  public func slice(_ range: Range<Int64>) -> ByteBuffer {
    bytes.getSlice(at: bytes.readerIndex + Int(range.lowerBound), length: range.count) ?? ByteBuffer()
  }

  func isShown(to repository: Repository) -> Bool { shownTo.withLock { $0.contains(repository) } }

  func show(to repository: Repository) { shownTo.withLock { _ = $0.insert(repository) } }

  func markUsed() {
    // Most often it is marked already: then its cache line stays shared.
    if !isUsed.load(ordering: .relaxed) { isUsed.store(true, ordering: .relaxed) }
  }

  /// What whoever is sent this will ask for, if it came from upstream and nobody has asked before.
  func takeArrival() -> PrefetchPlan? {
    guard hasArrived.load(ordering: .relaxed), hasArrived.exchange(false, ordering: .relaxed) else { return nil }
    return arrival.withLock { $0.take() }
  }

  /// Whether it was used since this was last asked.
  func takeUsed() -> Bool { isUsed.exchange(false, ordering: .relaxed) }
}
