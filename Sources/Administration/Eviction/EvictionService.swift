import Logging
public import OCI
import PullThrough
import Store

/// What was, or would be, taken out of the store.
public struct EvictionReport: Sendable {
  /// The tags, sorted.
  public var images: [ImageName]
  /// Contents that no other tag needs.
  public var contentCount: Int
  /// Their bytes.
  public var bytes: RemoteSize
  /// Bytes that stay because other tags need them too.
  public var sharedBytes: RemoteSize
  /// Tags that were meant and are pinned: they stay.
  public var pinned: [ImageName]
}

/// Takes images out of the store that an operator means.
public struct EvictionService: Sendable {
  let pullThrough: PullThrough
  let catalog: TagCatalog
  let graph: ContentGraph
  let pins: PinService

  private var store: Store { pullThrough.store }

  /// Takes the tags that some patterns mean out of the store, with all content that no other tag needs. What stays for other
  /// repositories is no longer shown to those whose tags went: there, upstream is asked again.
  ///
  /// Clients that are being sent content get the rest of it. Whoever asks next makes Berth fetch it again.
  /// - Parameter isTrial: whether nothing is changed and only told what would be.
  /// - Throws: ``OperationError/notHeld(_:)``, and changes nothing, when one of the patterns means no image that is held.
  public func evict(matching patterns: [ImagePattern], isTrial: Bool) async throws(OperationError) -> EvictionReport {
    await pullThrough.flush()
    let all = try catalog.all()
    for pattern in patterns where !all.contains(where: { pattern.matches($0.name) }) {
      throw .notHeld("no image that is held matches \(pattern)")
    }
    let meant = all.filter { known in patterns.contains { $0.matches(known.name) } }
    let pinned = try pinned(among: meant.map(\.name), meantBy: patterns)
    let leaving = catalog.withAttachments(meant.filter { !pinned.contains($0.name) }, among: all)
    let leavingNames = Set(leaving.map(\.name))
    let staying = all.filter { !leavingNames.contains($0.name) }
    let leavingContents = try await graph.closure(of: leaving.map(\.root), includesMissing: false).contents
    let stayingContents = try await graph.closure(of: staying.map(\.root), includesMissing: false).contents
    let removed = leavingContents.filter { stayingContents[$0.key] == nil }
    let report = EvictionReport(
      images: leaving.map(\.name),
      contentCount: removed.count,
      bytes: removed.values.saturatingSum(),
      sharedBytes: leavingContents.filter { stayingContents[$0.key] != nil }.values.saturatingSum(),
      pinned: pinned.sorted { $0.description < $1.description }
    )
    if !isTrial {
      let grants = try await grants(ending: leaving, whileThereAre: staying)
      try await remove(leaving.map(\.name), Array(removed.keys), grants, report)
    }
    return report
  }

  /// The images that stay because a pin keeps them.
  private func pinned(
    among images: [ImageName],
    meantBy patterns: [ImagePattern]
  ) throws(OperationError) -> Set<ImageName> {
    let pins = try pins.all()
    let named = pullThrough.policy.mayEvictPinned ? patterns.filter(\.isLiteral) : []
    return Set(
      images.filter { image in
        pins.contains { $0.pattern.matches(image) } && !named.contains { $0.matches(image) }
      }
    )
  }

  /// What each repository was shown for those tags alone that leave it.
  private func grants(
    ending leaving: [KnownTag],
    whileThereAre staying: [KnownTag]
  ) async throws(OperationError) -> [EndingGrant] {
    var ending: [EndingGrant] = []
    for repository in Set(leaving.map(\.name.repository)) {
      let roots = { (tags: [KnownTag]) in tags.filter { $0.name.repository == repository }.map(\.root) }
      let needed = try await graph.closure(of: roots(staying), includesMissing: true).contents
      let ended = try await graph.closure(of: roots(leaving), includesMissing: true).contents
      for digest in ended.keys where needed[digest] == nil {
        ending.append(EndingGrant(repository: repository, digest: digest))
      }
    }
    return ending
  }

  private func remove(
    _ images: [ImageName],
    _ contents: [Digest],
    _ grants: [EndingGrant],
    _ report: EvictionReport
  ) async throws(OperationError) {
    // Before, so that a client who is served from memory meanwhile does not make it be kept again; and after, as one who is
    // served from the store puts it there.
    let gone = Set(contents).union(grants.map(\.digest))
    let mayEvictPinned = pullThrough.policy.mayEvictPinned
    pullThrough.forget(gone)
    do throws(StoreError) {
      try await store.write { (index) throws(StoreError) in
        for image in images {
          if case .tag(let tag) = image.reference { try index.removeTag(image.repository, tag) }
        }
      }
      // In pieces, so that other changes need not wait long.
      for start in stride(from: 0, to: contents.count, by: 1_000) {
        let piece = contents[start..<min(start + 1_000, contents.count)]
        try await store.write { (index) throws(StoreError) in
          // Whatever the walk has found, what a pin keeps stays, but for what was named to repair a store.
          for digest in piece {
            let isKept = if mayEvictPinned { false } else { try index.isPinned(digest) }
            if !isKept { try index.removeContent(digest) }
          }
        }
      }
      for start in stride(from: 0, to: grants.count, by: 1_000) {
        let piece = grants[start..<min(start + 1_000, grants.count)]
        try await store.write { (index) throws(StoreError) in
          for grant in piece { try index.revoke(grant.repository, grant.digest) }
        }
      }
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
    pullThrough.forget(gone)
    pullThrough.forgetReferrerLists()
    // Who reads that it is done may look at the disk.
    await store.finishRemovals()
    pullThrough.log.notice(
      "images evicted by an operator",
      metadata: [
        "images": .stringConvertible(images.count), "contents": .stringConvertible(report.contentCount),
        "bytes": .stringConvertible(report.bytes),
      ]
    )
  }
}

/// Something that a repository is no longer shown.
private struct EndingGrant: Sendable {
  var repository: Repository
  var digest: Digest
}
