import OCI
import Store
import Synchronization

/// Whether one download's content is kept: the file that it arrives in, and the room that is promised to it.
///
/// A store that has no room, or fails, costs the clients nothing: from then on the bytes are passed to the followers
/// from memory and not kept.
final class Keeping: Sendable {
  private struct State {
    var reservation: Reservation?
    var refusal: StoreError?
  }

  /// The room that content of unknown length asks for at a time, in bytes.
  private static let stepBytes: Int64 = 16 << 20

  /// Where content arrives that is kept; nil when there could not even be a file.
  let staging: StagingFile?
  private let store: Store
  private let digest: Digest
  private let health: KeepingHealth
  private let state: Mutex<State>

  /// - Parameter staging: the file, or why there is none.
  init(_ staging: Result<StagingFile, StoreError>, of digest: Digest, in store: Store, health: KeepingHealth) {
    (self.store, self.digest, self.health) = (store, digest, health)
    state = Mutex(State())
    switch staging {
    case .success(let file): self.staging = file
    case .failure(let error):
      self.staging = nil
      refuse(error)
    }
  }

  /// Why the content is not kept; nil while it is.
  var refusal: StoreError? { state.withLock { $0.refusal } }

  /// The room that is promised; nil while there is none.
  var reservation: Reservation? { state.withLock { $0.reservation } }

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
        state.withLock { $0.reservation = made }
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
