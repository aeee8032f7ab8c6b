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
    let key = RepositoryDigest(repository: repository, digest: subject)
    return try await referrerFetches.run(key) { () async throws(PullThroughError) in
      do throws(PullThroughError) {
        let descriptors = try await self.fetchReferrers(of: subject, in: repository)
        await self.keep(descriptors, of: subject, in: repository)
        return ReferrerList(descriptors: descriptors)
      } catch {
        guard error.isUpstreamTrouble, let held else { throw error }
        let warning = WarningHeader(code: 110, "Berth lists referrers as last seen; upstream: \(error.summary)")
        return ReferrerList(descriptors: held.descriptors, warning: warning)
      }
    }
  }

  private func isFresh(_ record: ReferrersRecord, in repository: Repository) -> Bool {
    policy.isOffline
      || (0..<max(freshness(of: repository).window, 1)).contains(clock.now() - record.checkedAt)
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

  private func keep(_ descriptors: [Descriptor], of subject: Digest, in repository: Repository) async {
    let now = clock.now()
    do throws(StoreError) {
      try await store.write { (index) throws(StoreError) in
        let record = ReferrersRecord(descriptors: descriptors, checkedAt: now)
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
