import BlockingIO
import Logging
import Memory
import NIOCore
public import OCI
import Store
import Upstream

/// The manifests that refer to a subject.
public struct ReferrerList: Sendable {
  /// As the upstream lists them.
  public var referrers: RenderedReferrers
  /// Set when upstream could not be asked.
  public var warning: WarningHeader?
  /// Whether upstream did not have to be asked.
  public var isHeld = false
  var checkedAt: Int64
}

/// What refers to manifests: fetched once for all who ask, remembered while fresh.
package final class ReferrerService: Sendable {
  let context: ServiceContext
  let tags: TagService
  private let cache: RememberedLists<RepositoryDigest, ReferrerList>
  private let renderer: ListRenderer
  private let heard = HeardReferrers()
  private let fetches = SingleFlight<RepositoryDigest, ReferrerList>()

  init(
    _ context: ServiceContext,
    tags: TagService,
    cache: RememberedLists<RepositoryDigest, ReferrerList>,
    renderer: ListRenderer
  ) {
    (self.context, self.tags) = (context, tags)
    (self.cache, self.renderer) = (cache, renderer)
  }

  /// What refers to `subject`, if it was asked for lately and upstream said so within its freshness window. Memory alone:
  /// may run on an event loop.
  func immediate(of subject: Digest, in repository: Repository) -> ReferrerList? {
    guard let list = cache[RepositoryDigest(repository: repository, digest: subject)],
      isFresh(list.checkedAt, in: repository)
    else { return nil }
    return list
  }

  /// What refers to `subject`: as fetched within the upstream's freshness window, else as upstream says now. An upstream
  /// without a referrers API is asked for the fallback tag (distribution-spec §Listing Referrers).
  ///
  /// Trouble upstream is never turned into an empty list, which would read as «unsigned».
  package func referrers(
    of subject: Digest,
    in repository: Repository
  ) async throws(PullThroughError) -> ReferrerList {
    if let list = immediate(of: subject, in: repository) { return list }
    let held = try heldReferrers(of: subject, in: repository)
    if let held, isFresh(held.checkedAt, in: repository) {
      return try await remembered(held, of: subject, in: repository)
    }
    guard let held,
      context.upstreams.freshness(of: repository).allowsStale(checkedAt: held.checkedAt, now: context.clock.now())
    else {
      return try await refreshedReferrers(of: subject, in: repository)
    }
    let answer = await context.upstreams.revalidate(repository) { [self] () async throws(PullThroughError) in
      try await refreshedReferrers(of: subject, in: repository)
    }
    let slow = PullThroughError.upstreamTimedOut(repository.upstream, reason: "slow to list referrers")
    switch answer ?? .failure(slow) {
    case .success(let list): return list
    case .failure(let error):
      guard error.isUpstreamTrouble else { throw error }
      let warning = WarningHeader("Berth lists referrers as last seen; upstream: \(error.summary)")
      return ReferrerList(
        referrers: try await renderer.render(held.referrers),
        warning: warning,
        isHeld: true,
        checkedAt: held.checkedAt
      )
    }
  }

  /// A list, ready to be sent to all who ask from now on.
  private func remembered(
    _ record: ReferrersRecord,
    of subject: Digest,
    in repository: Repository
  ) async throws(PullThroughError) -> ReferrerList {
    let rendered = try await renderer.render(record.referrers)
    let list = ReferrerList(referrers: rendered, isHeld: true, checkedAt: record.checkedAt)
    let key = RepositoryDigest(repository: repository, digest: subject)
    cache.insert(list, for: key, checkedAt: record.checkedAt, bytes: rendered.memoryBytes)
    return list
  }

  /// The referrers of one artifact type, compared as it stands, as JSON objects with commas between them, with their room in
  /// the memory budget.
  func filtered(
    _ list: ReferrerList,
    by artifactType: String
  ) async throws(PullThroughError) -> (json: ByteBuffer, reservation: MemoryReservation) {
    let referrers = list.referrers
    let reservation = try renderer.room.reserve(referrers.all.readableBytes)
    let json = await renderer.lanes.run { referrers.json(ofType: artifactType) }
    reservation.shrink(to: json.readableBytes)
    return (json, reservation)
  }

  private func refreshedReferrers(
    of subject: Digest,
    in repository: Repository
  ) async throws(PullThroughError) -> ReferrerList {
    let key = RepositoryDigest(repository: repository, digest: subject)
    return try await fetches.run(key) { () async throws(PullThroughError) in
      do throws(PullThroughError) {
        let (referrers, warning) = try await self.fetchReferrers(of: subject, in: repository)
        let record = ReferrersRecord(referrers: referrers, checkedAt: self.context.clock.now())
        if let warning {
          // A list under a fallback tag that is served as last seen is no news.
          let rendered = try await self.renderer.render(referrers)
          return ReferrerList(referrers: rendered, warning: warning, checkedAt: record.checkedAt)
        }
        await self.keep(record, of: subject, in: repository)
        var list = try await self.remembered(record, of: subject, in: repository)
        list.isHeld = false
        return list
      } catch {
        // What is refused is not listed as last seen, whatever trouble comes after the refusal.
        if case .denied = error, var held = try self.heldReferrers(of: subject, in: repository) {
          held.checkedAt = TagRecord.refused
          self.cache.forget(key)
          await self.keep(held, of: subject, in: repository)
        }
        throw error
      }
    }
  }

  private func isFresh(_ checkedAt: Int64, in repository: Repository) -> Bool {
    context.upstreams.isOffline
      || context.upstreams.freshness(of: repository).isFresh(checkedAt: checkedAt, now: context.clock.now())
  }

  private func fetchReferrers(
    of subject: Digest,
    in repository: Repository
  ) async throws(PullThroughError) -> (referrers: [Referrer], warning: WarningHeader?) {
    let upstream = try context.upstreams.upstream(of: repository, for: .referrers(subject))
    let room = try renderer.room.reserve(renderer.limits.fetchedListBytes)
    defer { room.shrink(to: 0) }
    do throws(UpstreamError) {
      let answer = try await context.metrics.counting(.referrers, of: upstream.name) { () async throws(UpstreamError) in
        try await upstream.listReferrers(repository.name, subject)
      }
      if case .referrers(let found) = answer { return (found, nil) }
    } catch {
      throw PullThroughError(error, in: repository, missing: .repositoryUnknown(repository))
    }
    return try await fallbackReferrers(of: subject, in: repository)
  }

  private func heldReferrers(
    of subject: Digest,
    in repository: Repository
  ) throws(PullThroughError) -> ReferrersRecord? {
    if let heard = heard.find(subject, in: repository) { return heard }
    do throws(StoreError) {
      return try context.store.referrers(repository, subject: subject)
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
  }

  /// Remembers what upstream has said: in the index if the subject is held for the repository, so that a list goes with its
  /// subject and cannot outgrow what is held; else in memory. What is listed is not the repository's by being listed.
  private func keep(
    _ record: ReferrersRecord,
    of subject: Digest,
    in repository: Repository
  ) async {
    heard.note(record, of: subject, in: repository)
    guard let found = try? context.pending.lookUp(subject, grantedTo: repository), found.grant != nil else { return }
    await context.pending.begin(WriteBehindOverlay.Item(repository: repository, subject: subject)) {
      await self.write(record, of: subject, in: repository)
    }
  }

  private func write(_ record: ReferrersRecord, of subject: Digest, in repository: Repository) async {
    do throws(StoreError) {
      let isKept = try await context.store.write { (index) throws(StoreError) in
        guard try index.grant(repository, subject) != nil else { return false }
        try index.putReferrers(repository, subject: subject, record)
        return true
      }
      if isKept { heard.forget(record, of: subject, in: repository) }
    } catch {
      context.log.error("referrers could not be kept", metadata: ["subject": "\(subject)", "error": "\(error)"])
    }
  }
}
