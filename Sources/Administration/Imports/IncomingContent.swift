import BlockingIO
public import NIOCore
public import OCI
import PullThrough
import Store
import Synchronization

/// Content that is being handed to Berth, piece by piece. Nobody sees it before it is whole, verified and on disk.
public final class IncomingContent: Sendable {
  private struct Received: ~Copyable {
    var hash: RunningDigest
    var bytes: Int64 = 0
    var staging: StagingFile?
  }

  private let store: Store
  private let digest: Digest
  private let announcedBytes: Int64
  private let clock: WallClock
  /// A lane of its own, so that it is written in order and waits for nobody.
  private let lane = Lane(label: "berth.lane.incoming")
  /// Touched by the lane alone; the lock is never contended.
  private let received: Mutex<Received>
  private let reservation = Mutex<Reservation?>(nil)

  init(_ digest: Digest, announcedBytes: Int64, to store: Store, clock: WallClock) {
    (self.digest, self.announcedBytes) = (digest, announcedBytes)
    (self.store, self.clock) = (store, clock)
    received = Mutex(Received(hash: RunningDigest(digest.algorithm)))
  }

  /// Takes the next bytes; returns when they are written.
  public func append(_ bytes: ByteBuffer) async throws(ImportError) {
    try await reserveRoom()
    try await lane.run { [self] () throws(ImportError) in
      try received.withLock { (received) throws(ImportError) in
        let end = received.bytes + Int64(bytes.readableBytes)
        guard end <= announcedBytes else {
          throw .sizeMismatch(digest, announced: announcedBytes, received: end)
        }
        let staging = try staging(&received)
        try bytes.withUnsafeReadableBytes { (bytes) throws(ImportError) in
          do throws(StoreError) {
            try staging.write(bytes, at: received.bytes)
          } catch {
            throw .storeFailed(reason: "\(error)")
          }
          received.hash.update(bytes)
        }
        received.bytes = end
      }
    }
  }

  /// Room is made before the first byte is written, and given back when the row is, or with this value.
  private func reserveRoom() async throws(ImportError) {
    guard reservation.withLock({ $0 == nil }) else { return }
    do throws(StoreError) {
      let made = try await store.reserve(announcedBytes)
      reservation.withLock { $0 = made }
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
  }

  /// All bytes have come: verifies them and keeps them. On disk when this returns.
  public func finish() async throws(ImportError) {
    try await lane.run { [self] () throws(ImportError) in try publish() }
    let (store, digest, size, now) = (store, digest, announcedBytes, clock.now())
    let reservation = reservation.withLock { $0 }
    do throws(StoreError) {
      try await store.write { (index) throws(StoreError) in
        let mediaType = try index.content(digest)?.mediaType
        try index.putContent(digest, ContentRecord(size: size, mediaType: mediaType, lastAccess: now))
        if let reservation { index.consume(reservation) }
      }
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
  }

  private func publish() throws(ImportError) {
    try received.withLock { (received) throws(ImportError) in
      guard received.bytes == announcedBytes else {
        throw .sizeMismatch(digest, announced: announcedBytes, received: received.bytes)
      }
      let found = received.hash.copy().finish()
      guard found == digest else { throw .contentMismatch(digest, found: found) }
      let staging = try staging(&received)
      do throws(StoreError) {
        try store.publish(staging, as: digest, size: announcedBytes)
      } catch {
        throw .storeFailed(reason: "\(error)")
      }
    }
  }

  /// The rest will not come: what has is dropped.
  public func abandon() {
    lane.enqueue { [self] in received.withLock { $0.staging?.discard() } }
  }

  private func staging(_ received: inout Received) throws(ImportError) -> StagingFile {
    if let staging = received.staging { return staging }
    do throws(StoreError) {
      let staging = try store.createStaging(for: digest, expectedSize: announcedBytes)
      received.staging = staging
      return staging
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
  }
}

extension ImportService {
  /// Begins to take in content of that many bytes; nil if it is held already.
  public func receive(_ digest: Digest, sizeBytes: Int64) throws(ImportError) -> IncomingContent? {
    if try holds(digest) { return nil }
    return IncomingContent(digest, announcedBytes: sizeBytes, to: pullThrough.store, clock: pullThrough.clock)
  }

  /// Whether that content is held, for whichever repository: its row is there, and its file, whole.
  public func holds(_ digest: Digest) throws(ImportError) -> Bool {
    let store = pullThrough.store
    do throws(StoreError) {
      guard let record = try store.content(digest) else { return false }
      _ = try store.open(digest, record)
      return true
    } catch {
      if error.isContentLost { return false }
      throw .storeFailed(reason: "\(error)")
    }
  }
}
