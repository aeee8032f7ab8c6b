import BlockingIO
import NIOCore
import OCI
import Store
import Synchronization

/// Publishes small contents in groups, behind the answers that they were served in.
///
/// A sync costs the disk and the processor much the same whatever it covers, and nobody waits for these; so they wait for
/// one another. See ``GroupPublisher/StateMachine``.
final class GroupPublisher: Sendable {
  private struct Waiting {
    let digest: Digest
    let bytes: ByteBuffer
    let continuation: CheckedContinuation<StoreError?, Never>

    func publish(in store: Store) {
      do throws(StoreError) {
        try bytes.withUnsafeReadableBytes { (bytes) throws(StoreError) in try store.publish(bytes, as: digest) }
        continuation.resume(returning: nil)
      } catch {
        continuation.resume(returning: error)
      }
    }
  }

  private struct State {
    var machine: StateMachine
    var waiting: [Waiting] = []
  }

  private let store: Store
  private let lane = Lane(label: "berth.lane.groups")
  /// For contents that are not written as a group. Lanes of their own: reading a manifest must not wait behind many syncs.
  private let lanes = LanePool(count: 16)
  private let gatheringTime: Duration
  private let state: Mutex<State>

  init(_ store: Store, limits: Limits) {
    self.store = store
    gatheringTime = limits.gatheringTime
    state = Mutex(State(machine: StateMachine(maxGroup: limits.maxGroupedContents)))
  }

  /// Makes verified content durable and moves it to its place; to be recorded next.
  func publish(_ bytes: ByteBuffer, as digest: Digest) async throws(StoreError) {
    let failure = await withCheckedContinuation { continuation in
      change { state in
        state.waiting.append(Waiting(digest: digest, bytes: bytes, continuation: continuation))
        return state.machine.added()
      }
    }
    if let failure { throw failure }
  }

  /// Takes back what was published and cannot be recorded for lack of room.
  func withdraw(_ digest: Digest) { lanes.enqueue { [store] in store.discardUnrecorded(digest) } }

  /// While `body` runs, nothing waits to be part of a larger group.
  func flushing(_ body: () async -> Void) async {
    change { $0.machine.beginFlush() }
    await body()
    state.withLock { $0.machine.endFlush() }
  }

  private func change(_ change: (inout sending State) -> StateMachine.Action) {
    switch state.withLock({ change(&$0) }) {
    case .none: break
    case .startTimer(let timer):
      Task {
        try? await Task.sleep(for: gatheringTime)
        self.change { $0.machine.timeIsUp(timer) }
      }
    case .publish(let count): lane.enqueue { self.publish(count) }
    }
  }

  private func publish(_ count: Int) {
    let group = state.withLock { state in
      defer { state.waiting.removeFirst(count) }
      return Array(state.waiting.prefix(count))
    }
    if store.groupsPublication(of: group.count) {
      var publication = store.beginGroup()
      for one in group { one.bytes.withUnsafeReadableBytes { publication.stage($0, as: one.digest) } }
      for (one, failure) in zip(group, publication.publish()) { one.continuation.resume(returning: failure) }
    } else {
      // Each sync waits for the disk, so that several at once are faster.
      for one in group { lanes.enqueue { [store] in one.publish(in: store) } }
    }
    change { $0.machine.published() }
  }
}
