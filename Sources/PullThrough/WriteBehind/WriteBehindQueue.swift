import OCI
import Store
import Synchronization

/// Writes to the index that no client waits for.
///
/// What is queued counts at once: the index is looked up through here, with the queue laid over it. A kill before a write is
/// like a kill before the request.
final class WriteBehindQueue: Sendable {
  private struct State {
    var knowledge = WriteBehindOverlay()
    var writes: [WriteBehindOverlay.Number: Task<Void, Never>] = [:]
  }

  /// Where content goes that clients have been answered with already.
  let publisher: GroupPublisher
  private let store: Store
  private let maxBytes: Int
  private let state = Mutex(State())
  /// How many writes there are. Most of the time there is none: a hit sees that without the lock.
  private let count = Atomic<Int>(0)

  init(to store: Store, limits: Limits) {
    self.store = store
    publisher = GroupPublisher(store, limits: limits)
    maxBytes = limits.pendingWriteBytes
  }

  // MARK: Asking

  /// What the index says, or will say, of a tag. A memory read.
  func tag(_ repository: Repository, _ tag: Tag) throws(StoreError) -> TagRecord? {
    if let pending = knowledge({ $0.tag(repository, tag) }) { return pending }
    return try store.tag(repository, tag)
  }

  /// What the index says of content, with the grant that it says, or will say, the repository has. A memory read.
  func lookUp(_ digest: Digest, grantedTo repository: Repository) throws(StoreError) -> ContentLookup {
    // In this order: what is written in between is found in the index.
    let pending = knowledge { $0.grant(of: digest, to: repository) }
    var found = try store.lookUp(digest, grantedTo: repository)
    found.grant = found.grant ?? pending
    return found
  }

  private func knowledge<Value: Sendable>(_ ask: (WriteBehindOverlay) -> Value?) -> Value? {
    guard count.load(ordering: .acquiring) > 0 else { return nil }
    return state.withLock { ask($0.knowledge) }
  }

  // MARK: Writing

  /// Makes something known, and begins to write it. Returns at once or, while too much is on its way, when it is written.
  /// - Returns: the write.
  @discardableResult
  func begin(
    _ item: WriteBehindOverlay.Item,
    _ write: @escaping @Sendable () async -> Void
  ) async -> Task<Void, Never> {
    let (task, mustWait) = state.withLock { state in
      (start(item, write, &state), state.knowledge.costBytes > maxBytes)
    }
    if mustWait { await publisher.flushing { await task.value } }
    return task
  }

  /// Makes something known, and begins to write it, unless too much is on its way already. Returns at once: may be called
  /// on an event loop.
  /// - Returns: whether it has begun.
  func beginIfThereIsRoom(
    _ item: WriteBehindOverlay.Item,
    _ write: @escaping @Sendable () async -> Void
  ) -> Bool {
    state.withLock { state in
      guard state.knowledge.costBytes + item.costBytes <= maxBytes else { return false }
      _ = start(item, write, &state)
      return true
    }
  }

  private func start(
    _ item: WriteBehindOverlay.Item,
    _ write: @escaping @Sendable () async -> Void,
    _ state: inout sending State
  ) -> Task<Void, Never> {
    let (number, earlier) = state.knowledge.add(item)
    let before = earlier.compactMap { state.writes[$0] }
    let task = Task {
      for write in before { await write.value }
      await write()
      self.end(number)
    }
    state.writes[number] = task
    count.store(state.knowledge.count, ordering: .releasing)
    return task
  }

  /// Waits until everything that is queued by now is written.
  func flush() async {
    let writes = state.withLock { Array($0.writes.values) }
    guard !writes.isEmpty else { return }
    await publisher.flushing { for write in writes { await write.value } }
  }

  private func end(_ number: WriteBehindOverlay.Number) {
    state.withLock { state in
      state.knowledge.remove(number)
      state.writes[number] = nil
      count.store(state.knowledge.count, ordering: .releasing)
    }
  }

  /// Waits until the index has dropped the row of content that is lost, so that whoever looks again finds it missing.
  func waitForIndex() async {
    try? await store.write { (_) throws(StoreError) in }
  }
}
