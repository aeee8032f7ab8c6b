import Logging
import OCI
import Store
import Upstream

/// Asks upstream what tags stand for, and writes down what it says.
final class TagConfirmation: Sendable {
  let context: ServiceContext
  let rows: TagRows
  let manifests: ManifestService

  init(_ context: ServiceContext, rows: TagRows, manifests: ManifestService) {
    (self.context, self.rows, self.manifests) = (context, rows, manifests)
  }

  /// Asks upstream what a tag stands for, however fresh the last answer is.
  func confirmNow(_ tag: Tag, in repository: Repository) async throws(PullThroughError) -> CachedContent {
    do throws(PullThroughError) {
      let record = try rows.find(tag, in: repository)
      return try await refresh(tag, record, in: repository, TagFreshness(window: .zero, maxStale: .zero))
    } catch {
      await rows.record(error, about: tag, in: repository)
      throw error
    }
  }

  /// Asks upstream what the tag stands for. A tag that is known costs a HEAD. One that is not costs a GET at once, unless
  /// upstream counts those: then a HEAD before it may show that the tag stands for what is held by another name.
  func refresh(
    _ tag: Tag,
    _ record: TagRecord?,
    in repository: Repository,
    _ freshness: TagFreshness
  ) async throws(PullThroughError) -> CachedContent {
    switch freshness.step(for: record, now: context.clock.now()) {
    case .serve(let digest):
      // Somebody else's refresh ended just before this one began.
      return try await manifests.manifest(digest, in: repository)
    case .confirm(let held):
      return try await confirm(tag, held, in: repository)
    case .fetch:
      let document = AbsentDocuments.Document.manifest(repository, .tag(tag))
      return try await context.unlessAbsent(document) { () async throws(PullThroughError) in
        guard self.context.upstreams.table[repository.upstream]?.countsPulls == true else {
          return try await self.manifests.fetch(.tag(tag), in: repository)
        }
        return try await self.confirm(tag, nil, in: repository)
      }
    }
  }

  /// The manifest that a tag stands for now, found by HEAD and digest, or where HEAD says nothing by GET; `held` is what it
  /// was last seen to stand for.
  ///
  /// A HEAD that knows no such tag, or refuses it, is checked by GET before anything held is given up for it. An upstream
  /// that knows it by HEAD and not by GET contradicts itself (its replicas lag): that is trouble, and no absence.
  private func confirm(
    _ tag: Tag,
    _ held: Digest?,
    in repository: Repository
  ) async throws(PullThroughError) -> CachedContent {
    let word = try await look(at: tag, isHeld: held != nil, in: repository)
    if case .standsFor(let current) = word, let manifest = try await confirmed(tag, held, current, in: repository) {
      return manifest
    }
    do throws(PullThroughError) {
      return try await manifests.fetch(.tag(tag), in: repository)
    } catch .manifestUnknown where word.isThere {
      throw .upstreamFailed(repository.upstream, reason: "has the tag \(tag) by HEAD, and not by GET")
    }
  }

  /// The manifest that upstream's HEAD has named, of which the tag is then known to stand for it.
  /// - Returns: nil when upstream does not have it, after all.
  private func confirmed(
    _ tag: Tag,
    _ held: Digest?,
    _ current: Digest,
    in repository: Repository
  ) async throws(PullThroughError) -> CachedContent? {
    do throws(PullThroughError) {
      let manifest = try await manifests.manifest(current, in: repository)
      if let held, current != held {
        context.metrics.upstream(repository.upstream).tagMoves.increment()
        context.log.info(
          "a tag has moved",
          metadata: ["tag": "\(repository):\(tag)", "from": "\(held)", "to": "\(current)"]
        )
      }
      await rows.enqueue(tag, is: current, in: repository)
      return manifest
    } catch {
      // The tag moved again between the two requests, or upstream's replicas lag.
      if error.saysThatAManifestIsMissing { return nil }
      throw error
    }
  }

  private func look(at tag: Tag, isHeld: Bool, in repository: Repository) async throws(PullThroughError) -> HeadAnswer {
    let upstream = try context.upstreams.upstream(of: repository, for: .manifest(.tag(tag)))
    do throws(UpstreamError) {
      let head = try await context.metrics.counting(.manifestHead, of: upstream.name) {
        () async throws(UpstreamError) in
        try await upstream.headManifest(repository.name, .tag(tag))
      }
      return head.digest.map(HeadAnswer.standsFor) ?? .isThere
    } catch {
      guard HeadAnswer.isWorthAGet(error.failure, isHeld: isHeld) else {
        throw PullThroughError(error, manifest: .tag(tag), in: repository)
      }
      return .saysNothing
    }
  }
}
