import Memory
public import OCI
import Store
import Upstream

/// All tags of a repository, sorted bytewise, as upstream last told them.
public struct TagList: Sendable {
  /// Without duplicates.
  public var tags: RenderedTags
  /// Set when upstream could not be asked.
  public var warning: WarningHeader?
  var fetchedAt: Int64
}

/// What is known of a repository's tags without asking.
private enum KnownTags {
  case list(TagList)
  /// The tags that are held, sorted; not written yet, as they may not be wanted.
  case stored([Tag], warning: WarningHeader?)
}

/// The tags of repositories: fetched once for all who ask, remembered while fresh.
final class TagListService: Sendable {
  private let context: ServiceContext
  private let cache: RememberedLists<Repository, TagList>
  private let renderer: ListRenderer
  private let fetches = SingleFlight<Repository, TagList>()

  init(_ context: ServiceContext, cache: RememberedLists<Repository, TagList>, renderer: ListRenderer) {
    (self.context, self.cache, self.renderer) = (context, cache, renderer)
  }

  /// The repository's tags, if they were fetched within the upstream's freshness window. May run on an event loop.
  func immediate(in repository: Repository) -> TagList? {
    // Where upstream is never asked, what is held is the list, which an import may have made longer.
    guard !context.upstreams.isOffline else { return nil }
    guard let list = cache[repository],
      context.upstreams.freshness(of: repository).isFresh(checkedAt: list.fetchedAt, now: context.clock.now())
    else { return nil }
    return list
  }

  /// The repository's tags: as fetched within the upstream's freshness window, else as upstream says now, in one request
  /// that all who ask share. While upstream is slow, the last list; while it is in trouble, the last list, or the tags that
  /// are held, with a warning that says which. A list that is too long to be kept is an error, never a part of it.
  func tags(in repository: Repository) async throws(PullThroughError) -> TagList {
    if let list = immediate(in: repository) { return list }
    // Where upstream says nothing, the tags that are held are the list.
    await context.pending.flush()
    if context.upstreams.isOffline {
      guard let known = try storedTags(of: repository, warning: nil) else { throw .offline(repository, .tags()) }
      return try await list(of: known)
    }
    let slow = PullThroughError.upstreamTimedOut(repository.upstream, reason: "slow to list tags")
    guard let held = lastList(of: repository, because: slow) else { return try await refreshedTags(of: repository) }
    let answer = await context.upstreams.revalidate(repository) { [self] () async throws(PullThroughError) in
      try await refreshedTags(of: repository)
    }
    return try answer?.get() ?? held
  }

  private func list(of known: KnownTags) async throws(PullThroughError) -> TagList {
    switch known {
    case .list(let list): return list
    case .stored(let tags, let warning):
      return TagList(tags: try await renderer.render(tags), warning: warning, fetchedAt: 0)
    }
  }

  private func refreshedTags(of repository: Repository) async throws(PullThroughError) -> TagList {
    try await fetches.run(repository) { () async throws(PullThroughError) in
      do throws(PullThroughError) {
        return try await self.context.unlessAbsent(.tags(repository)) { () async throws(PullThroughError) in
          try await self.fetchTags(of: repository)
        }
      } catch {
        if !error.isUpstreamTrouble { self.cache.forget(repository) }
        guard error.isUpstreamTrouble, let held = try self.heldTags(of: repository, because: error) else { throw error }
        return try await self.list(of: held)
      }
    }
  }

  private func fetchTags(of repository: Repository) async throws(PullThroughError) -> TagList {
    let upstream = try context.upstreams.upstream(of: repository, for: .tags())
    let room = try renderer.room.reserve(renderer.limits.fetchedListBytes)
    let tags: [Tag]
    do throws(UpstreamError) {
      tags = try await context.metrics.counting(.tagList, of: upstream.name) { () async throws(UpstreamError) in
        try await upstream.listTags(repository.name)
      }
    } catch {
      throw PullThroughError(error, in: repository, missing: .repositoryUnknown(repository))
    }
    let list = TagList(tags: try await renderer.render(tags), warning: nil, fetchedAt: context.clock.now())
    room.shrink(to: 0)
    cache.insert(list, for: repository, checkedAt: list.fetchedAt, bytes: list.tags.memoryBytes)
    return list
  }

  private func heldTags(
    of repository: Repository,
    because error: PullThroughError
  ) throws(PullThroughError) -> KnownTags? {
    if let list = lastList(of: repository, because: error) { return .list(list) }
    let warning = WarningHeader(
      "Berth lists only those tags of \(repository) that it holds, not all; upstream: \(error.summary)"
    )
    return try storedTags(of: repository, warning: warning)
  }

  /// The whole list as it was last fetched.
  private func lastList(of repository: Repository, because error: PullThroughError) -> TagList? {
    guard var list = cache[repository],
      context.upstreams.freshness(of: repository).allowsStale(checkedAt: list.fetchedAt, now: context.clock.now())
    else { return nil }
    list.warning = WarningHeader("Berth lists the tags of \(repository) as last seen; upstream: \(error.summary)")
    return list
  }

  private func storedTags(
    of repository: Repository,
    warning: WarningHeader?
  ) throws(PullThroughError) -> KnownTags? {
    do throws(StoreError) {
      let (freshness, now) = (context.upstreams.freshness(of: repository), context.clock.now())
      let tags = try context.store.tags(in: repository)
        .filter { context.upstreams.isOffline || freshness.allowsStale(checkedAt: $0.1.checkedAt, now: now) }
        .map(\.0).sorted()
      return tags.isEmpty ? nil : .stored(tags, warning: warning)
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
  }
}
