import Logging
public import OCI
import Store
import Upstream

/// The manifests that refer to a subject.
public struct ReferrerList: Sendable, Equatable {
  /// As the upstream lists them.
  public var descriptors: [Descriptor]
  /// Set when upstream could not be asked.
  public var warning: WarningHeader?
}

extension PullThrough {
  /// What refers to `subject`, if upstream said so within its freshness window. A memory read of the index: may run on
  /// an event loop.
  public func referrersAtHand(of subject: Digest, in repository: Repository) -> ReferrerList? {
    guard let held = try? heldReferrers(of: subject, in: repository), isFresh(held, in: repository) else { return nil }
    return ReferrerList(descriptors: held.descriptors)
  }

  /// What refers to `subject`: as fetched within the upstream's freshness window, else as upstream says now. An upstream
  /// without a referrers API is asked for the fallback tag (distribution-spec §Listing Referrers).
  ///
  /// Trouble upstream is never turned into an empty list, which would read as «unsigned».
  public func referrers(
    of subject: Digest,
    in repository: Repository
  ) async throws(PullThroughError) -> ReferrerList {
    let held = try heldReferrers(of: subject, in: repository)
    if let held, isFresh(held, in: repository) { return ReferrerList(descriptors: held.descriptors) }
    guard let held, freshness(of: repository).allowsStale(checkedAt: held.checkedAt, now: clock.now()) else {
      return try await refreshedReferrers(of: subject, in: repository)
    }
    let patience = upstreams[repository.upstream]?.settings.revalidationPatience ?? .zero
    let answer = await Patience.wait(patience) { [self] in
      await Result { () async throws(PullThroughError) in try await refreshedReferrers(of: subject, in: repository) }
    }
    let slow = PullThroughError.upstreamTimedOut(repository.upstream, reason: "slow to list referrers")
    switch answer ?? .failure(slow) {
    case .success(let list): return list
    case .failure(let error):
      guard error.isUpstreamTrouble else { throw error }
      let warning = WarningHeader(code: 110, "Berth lists referrers as last seen; upstream: \(error.summary)")
      return ReferrerList(descriptors: held.descriptors, warning: warning)
    }
  }

  private func refreshedReferrers(
    of subject: Digest,
    in repository: Repository
  ) async throws(PullThroughError) -> ReferrerList {
    let key = RepositoryDigest(repository: repository, digest: subject)
    return try await referrerFetches.run(key) { () async throws(PullThroughError) in
      do throws(PullThroughError) {
        let descriptors = try await self.fetchReferrers(of: subject, in: repository)
        await self.keep(descriptors, of: subject, in: repository, checkedAt: self.clock.now())
        return ReferrerList(descriptors: descriptors)
      } catch {
        // What is refused is not listed as last seen, whatever trouble comes after the refusal.
        if case .denied = error, let held = try self.heldReferrers(of: subject, in: repository) {
          await self.keep(held.descriptors, of: subject, in: repository, checkedAt: TagRecord.refused)
        }
        throw error
      }
    }
  }

  private func isFresh(_ record: ReferrersRecord, in repository: Repository) -> Bool {
    policy.isOffline || freshness(of: repository).isFresh(checkedAt: record.checkedAt, now: clock.now())
  }

  private func fetchReferrers(
    of subject: Digest,
    in repository: Repository
  ) async throws(PullThroughError) -> [Descriptor] {
    let upstream = try upstream(of: repository, for: .referrers(subject))
    do throws(UpstreamError) {
      let answer = try await metrics.counting(.referrers, of: upstream.name) { () async throws(UpstreamError) in
        try await upstream.listReferrers(repository.name, subject)
      }
      if case .descriptors(let found) = answer { return found }
    } catch {
      throw PullThroughError(error, in: repository, missing: .repositoryUnknown(repository))
    }
    return try await fallbackReferrers(of: subject, in: repository)
  }

  private func heldReferrers(
    of subject: Digest,
    in repository: Repository
  ) throws(PullThroughError) -> ReferrersRecord? {
    do throws(StoreError) {
      return try store.referrers(repository, subject: subject)
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
  }

  private func keep(
    _ descriptors: [Descriptor],
    of subject: Digest,
    in repository: Repository,
    checkedAt: Int64
  ) async {
    let now = clock.now()
    do throws(StoreError) {
      try await store.write { (index) throws(StoreError) in
        let record = ReferrersRecord(descriptors: descriptors, checkedAt: checkedAt)
        try index.putReferrers(repository, subject: subject, record)
        for descriptor in descriptors {
          try index.grant(repository, descriptor.digest, GrantRecord(expectedSize: descriptor.size, grantedAt: now))
        }
      }
    } catch {
      log.error("referrers could not be kept", metadata: ["subject": "\(subject)", "error": "\(error)"])
    }
  }
}
