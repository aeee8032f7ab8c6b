import OCI
import Store
import Synchronization

/// Whether one download's content is kept: the file that it arrives in, and the room that is promised to it.
///
/// A store that has no room, or fails, costs the clients nothing: from then on the bytes are passed to the followers
/// from memory and not kept.
final class Keeping: Sendable {
  private struct State {
    var staging: StagingFile?
    var reservation: Reservation?
    var refusal: StoreError?
  }

  /// The room that content of unknown length asks for at a time, in bytes.
  private static let stepBytes: Int64 = 16 << 20

  private let store: Store
  private let digest: Digest
  private let health: KeepingHealth
  private let state = Mutex(State())

  init(of digest: Digest, in store: Store, health: KeepingHealth) {
    (self.store, self.digest, self.health) = (store, digest, health)
  }

  /// Where content arrives that is kept; nil before it is opened, and when there could not even be a file.
  var staging: StagingFile? { state.withLock { $0.staging } }

  /// Why the content is not kept; nil while it is.
  var refusal: StoreError? { state.withLock { $0.refusal } }

  /// The room that is promised; nil while there is none.
  var reservation: Reservation? { state.withLock { $0.reservation } }

  /// Opens the file that an interrupted download of this content left, or a new one. Blocks; called once, and on the
  /// download's lane before anything else that wants the file.
  /// - Returns: nil when there is none; the content is not kept then.
  func openStaging() -> StagingFile? {
    do throws(StoreError) {
      let leftover = try store.resumeStaging(for: digest)
      let file = if let leftover { leftover } else { try store.createStaging(for: digest, expectedSize: nil) }
      state.withLock { $0.staging = file }
      return file
    } catch {
      refuse(error)
      return nil
    }
  }

  /// Makes room for content of that length in bytes; without a length, for a step beyond what has been received.
  func makeRoom(totalBytes: Int64?, received: Int64) async {
    let (reservation, refusal) = state.withLock { ($0.reservation, $0.refusal) }
    guard refusal == nil else { return }
    let wanted = totalBytes ?? received + Self.stepBytes
    do throws(StoreError) {
      if let reservation {
        guard reservation.bytes < totalBytes ?? received else { return }
        try await store.extend(reservation, to: wanted)
      } else {
        let made = try await store.reserve(wanted)
        // What could not be opened meanwhile needs none.
        state.withLock { if $0.refusal == nil { $0.reservation = made } }
      }
    } catch {
      refuse(error)
    }
  }

  /// The content is not kept. What is in the file stays readable until the download ends.
  func refuse(_ error: StoreError) {
    let isFirst = state.withLock { state in
      defer {
        state.refusal = state.refusal ?? error
        state.reservation = nil
      }
      return state.refusal == nil
    }
    guard isFirst else { return }
    health.notKept(digest, because: error)
  }

  /// The content is held.
  func kept() {
    state.withLock { $0.reservation = nil }
    health.kept()
  }
}
