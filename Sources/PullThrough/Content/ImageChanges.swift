import Synchronization

/// Whether manifests or tags have changed, so that pins may have to follow.
final class ImageChanges: Sendable {
  private let hasChanged = Atomic<Bool>(false)

  func record() { hasChanged.store(true, ordering: .relaxed) }

  /// Whether something has changed since this was last asked.
  func take() -> Bool { hasChanged.exchange(false, ordering: .relaxed) }
}
