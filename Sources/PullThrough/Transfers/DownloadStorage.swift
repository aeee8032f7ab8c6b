import OCI
import Store
import Synchronization

/// Where one download is stored: its staging file, and the space that is reserved for it.
///
/// A store that is full or fails costs clients nothing: from then on bytes are relayed to the followers from memory and not
/// stored.
final class DownloadStorage: Sendable {
  private struct State {
    var staging: StagingFile?
    var reservation: Reservation?
    var refusal: StoreError?
  }

  private let plan: RoomPlan
  private let mayEvict: @Sendable () -> Bool
  private let store: Store
  private let digest: Digest
  private let upstream: UpstreamName
  private let health: StoreHealth
  private let state = Mutex(State())

  /// - Parameters:
  ///   - upstream: who sends it.
  ///   - mayEvict: whether what is held may have to go for this content.
  init(
    of digest: Digest,
    from upstream: UpstreamName,
    in store: Store,
    health: StoreHealth,
    limits: Limits,
    mayEvict: @escaping @Sendable () -> Bool = { true }
  ) {
    (self.store, self.digest, self.upstream, self.health) = (store, digest, upstream, health)
    self.mayEvict = mayEvict
    plan = RoomPlan(capacity: store.usage.capacityBytes, share: limits.largestContentShare)
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
      let leftover = try store.resumeStaging(for: digest, from: upstream)
      let file = if let leftover { leftover } else { try store.createStaging(for: digest, expectedSize: nil) }
      state.withLock { $0.staging = file }
      return file
    } catch {
      refuse(error)
      return nil
    }
  }

  /// Makes room for what is about to come, as far as there is none yet. What content is said to be long makes no room, but
  /// what is too long is not kept from the beginning on.
  /// - Parameters:
  ///   - received: bytes that there will be of it.
  ///   - totalBytes: its length as announced; nil if it is not known.
  func makeRoom(for received: Int64, of totalBytes: Int64?) async {
    let (reservation, refusal) = state.withLock { ($0.reservation, $0.refusal) }
    guard refusal == nil else { return }
    do throws(StoreError) {
      switch plan.step(received: received, reserved: reservation?.bytes ?? 0, total: totalBytes) {
      case .enough: return
      case .tooLarge: throw .doesNotFit(bytes: max(received, totalBytes ?? 0), capacity: plan.largest)
      case .reserve(let wanted): try await reserve(wanted, reservation)
      }
    } catch {
      refuse(error)
    }
  }

  /// Decides by a length that was announced whether the content can be kept at all.
  func consider(_ totalBytes: Int64?) async { await makeRoom(for: 0, of: totalBytes) }

  private func reserve(_ wanted: Int64, _ reservation: Reservation?) async throws(StoreError) {
    if !mayEvict(), wanted - (reservation?.bytes ?? 0) > store.availableBytes {
      throw .doesNotFit(bytes: wanted, capacity: plan.largest)
    }
    if let reservation { return try await store.extend(reservation, to: wanted) }
    let made = try await store.reserve(wanted)
    // What could not be opened meanwhile needs none. Of two that come together for it, one is enough.
    state.withLock { if $0.refusal == nil, $0.reservation == nil { $0.reservation = made } }
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
    health.recordWriteFailure(digest, because: error)
  }

  /// The content is held.
  func kept() {
    state.withLock { $0.reservation = nil }
    health.kept()
  }
}
