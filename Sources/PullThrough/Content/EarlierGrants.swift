import Logging
import OCI
import Store

/// Confirms what an earlier version's store has grants for, without proof.
struct EarlierGrants: Sendable {
  let context: ServiceContext
  let grants: GrantService

  /// Between two questions, so that confirming what an earlier version left costs an upstream little.
  private static let pause: Duration = .milliseconds(50)
  /// After a round that could not be ended.
  private static let rest: Duration = .seconds(60)
  /// While the store still tells its rows apart.
  private static let wait: Duration = .seconds(1)

  /// Asks upstreams, one question after the other, about grants that an earlier version's store has for what a manifest
  /// merely named. Ends when all are confirmed or withdrawn; to be cancelled before ``PullThrough/shutdown()``.
  func confirm() async {
    while !Task.isCancelled {
      var pause = Self.rest
      do throws(StoreError) {
        switch try context.store.earlierGrants {
        case .none: return
        case .judging: pause = Self.wait
        case .unproven: if try await confirmRound() { return }
        }
      } catch {
        context.log.debug("earlier grants were not confirmed", metadata: ["error": "\(error)"])
      }
      try? await Task.sleep(for: pause)
    }
  }

  /// - Returns: whether nothing is left to be asked.
  private func confirmRound() async throws(StoreError) -> Bool {
    var last: (repository: Repository, digest: Digest)?
    var isComplete = true
    while !Task.isCancelled, let page = try await context.store.unprovenGrants(after: last) {
      for (repository, digest) in page {
        if Task.isCancelled { return false }
        if try await !confirm(digest, in: repository) { isComplete = false }
        try? await Task.sleep(for: Self.pause)
      }
      last = page.last
    }
    guard isComplete, !Task.isCancelled else { return false }
    try await context.store.endUnprovenGrants()
    return true
  }

  /// - Returns: whether upstream said yes or no.
  private func confirm(_ digest: Digest, in repository: Repository) async throws(StoreError) -> Bool {
    let isManifest = try context.store.content(digest)?.mediaType != nil
    do throws(PullThroughError) {
      let isProven =
        if isManifest {
          try await grants.proveManifest(digest, in: repository)
        } else {
          try await grants.proveBlob(digest, in: repository)
        }
      if isProven { return true }
    } catch {
      guard !error.isTroubleOfUpstream else { return false }
    }
    // Whoever asks for it is answered as for what was never granted: a fetch may still show it.
    try await context.store.write { (index) throws(StoreError) in _ = try index.revoke(repository, digest) }
    return true
  }
}
