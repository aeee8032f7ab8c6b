import OCI
import Synchronization

/// Space in the store for content that is about to arrive; given back when the last reference goes, or before.
///
/// Hold it until the content's row is written, and consume it there (``IndexWrite/consume(_:)``): what is in flight counts as
/// held, and nothing counts twice.
public final class Reservation: Sendable {
  private let ledger: SpaceLedger
  private let reserved: Mutex<Int64>

  init(_ ledger: SpaceLedger, bytes: Int64) {
    self.ledger = ledger
    reserved = Mutex(bytes)
  }

  deinit { release() }

  /// Bytes reserved.
  public var bytes: Int64 { reserved.withLock { $0 } }

  /// Gives the room back.
  public func release() { ledger.release(take()) }

  /// Takes what is reserved, for whoever gives it back.
  func take() -> Int64 {
    reserved.withLock { bytes in
      defer { bytes = 0 }
      return bytes
    }
  }

  /// More was reserved for the same content.
  func add(_ bytes: Int64) { reserved.withLock { $0 = $0.saturatingSum(bytes) } }
}
