public import OCI
import Store
import Synchronization
import Upstream

/// All tags of a repository, sorted bytewise, as upstream last told them.
public struct TagList: Sendable, Equatable {
  /// Sorted, without duplicates.
  public var tags: [Tag]
  /// Set when upstream could not be asked.
  public var warning: WarningHeader?
  var fetchedAt: Int64
}

/// The lists of tags fetched lately; a bounded number of repositories.
final class TagLists: Sendable {
  private static let maxRepositories = 1_000
  private let lists = Mutex<[Repository: TagList]>([:])

  subscript(repository: Repository) -> TagList? { lists.withLock { $0[repository] } }

  func insert(_ list: TagList, for repository: Repository) {
    lists.withLock { lists in
      if lists.count >= Self.maxRepositories, lists[repository] == nil,
        let oldest = lists.min(by: { $0.value.fetchedAt < $1.value.fetchedAt })?.key
      {
        lists[oldest] = nil
      }
      lists[repository] = list
    }
  }

  func forget(_ repository: Repository) { lists.withLock { $0[repository] = nil } }
}

extension PullThrough {
  /// The repository's tags, if they were fetched within the upstream's freshness window. May run on an event loop.
  public func tagsAtHand(in repository: Repository) -> TagList? {
    // Where upstream is never asked, what is held is the list, which an import may have made longer.
    guard !policy.isOffline else { return nil }
    guard let list = tagLists[repository],
      freshness(of: repository).isFresh(checkedAt: list.fetchedAt, now: clock.now())
    else { return nil }
    return list
  }

  /// The repository's tags: as fetched within the upstream's freshness window, else as upstream says now, in one request
  /// that all who ask share. While upstream is in trouble or slow, the last list, or the tags that are held.
  public func tags(in repository: Repository) async throws(PullThroughError) -> TagList {
    if let list = tagsAtHand(in: repository) { return list }
    // Where upstream says nothing, the tags that are held are the list.
    await pending.settle()
    if policy.isOffline {
      guard let list = try storedTags(of: repository, warning: nil) else { throw .offline(repository, .tags) }
      return list
    }
    let slow = PullThroughError.upstreamTimedOut(repository.upstream, reason: "slow to list tags")
    guard let held = try heldTags(of: repository, because: slow) else { return try await refreshedTags(of: repository) }
    let patience = upstreams[repository.upstream]?.settings.revalidationPatience ?? .zero
    let answer = await Patience.wait(patience) { [self] in
      await Result { () async throws(PullThroughError) in try await refreshedTags(of: repository) }
    }
    return try answer?.get() ?? held
  }

  private func refreshedTags(of repository: Repository) async throws(PullThroughError) -> TagList {
    try await tagListFetches.run(repository) { () async throws(PullThroughError) in
      do throws(PullThroughError) {
        return try await self.fetchTags(of: repository)
      } catch {
        if !error.isUpstreamTrouble { self.tagLists.forget(repository) }
        guard error.isUpstreamTrouble, let list = try self.heldTags(of: repository, because: error) else { throw error }
        return list
      }
    }
  }

  private func fetchTags(of repository: Repository) async throws(PullThroughError) -> TagList {
    let upstream = try upstream(of: repository, for: .tags)
    do throws(UpstreamError) {
      let tags = try await metrics.counting(.tagList, of: upstream.name) { () async throws(UpstreamError) in
        try await upstream.listTags(repository.name)
      }
      let list = TagList(tags: tags, warning: nil, fetchedAt: clock.now())
      tagLists.insert(list, for: repository)
      return list
    } catch {
      throw PullThroughError(error, in: repository, missing: .repositoryUnknown(repository))
    }
  }

  private func heldTags(of repository: Repository, because error: PullThroughError) throws(PullThroughError) -> TagList?
  {
    let warning = WarningHeader(
      code: 110,
      "Berth lists the tags of \(repository) as last seen; upstream: \(error.summary)"
    )
    let freshness = freshness(of: repository)
    if var list = tagLists[repository], freshness.allowsStale(checkedAt: list.fetchedAt, now: clock.now()) {
      list.warning = warning
      return list
    }
    return try storedTags(of: repository, warning: warning)
  }

  private func storedTags(
    of repository: Repository,
    warning: WarningHeader?
  ) throws(PullThroughError) -> TagList? {
    do throws(StoreError) {
      let (freshness, now) = (freshness(of: repository), clock.now())
      let tags = try store.tags(in: repository)
        .filter { policy.isOffline || freshness.allowsStale(checkedAt: $0.1.checkedAt, now: now) }
        .map(\.0).sorted()
      return tags.isEmpty ? nil : TagList(tags: tags, warning: warning, fetchedAt: 0)
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
  }
}
