import Logging
import OCI
import Store
import Upstream

/// What a tag stands for.
struct ResolvedTag: Sendable {
  var manifest: HotContent
  var warning: WarningHeader?
}

extension PullThrough {
  /// Whether a tag was confirmed recently enough to be believed.
  func isFresh(_ record: TagRecord, in repository: Repository) -> Bool {
    freshness(of: repository).step(for: record, now: clock.now()) == .serve(record.digest)
  }

  /// The manifest that a tag stands for: from the index while that is fresh, else as upstream says, in one request that
  /// all who ask share.
  func resolve(_ tag: Tag, in repository: Repository) async throws(PullThroughError) -> ResolvedTag {
    let record = try known(tag, in: repository)
    if case .serve(let digest) = freshness(of: repository).step(for: record, now: clock.now()) {
      return ResolvedTag(manifest: try await manifest(digest, in: repository))
    }
    guard isAnswerable(record, in: repository) else { return try await refreshed(tag, in: repository) }
    let patience = upstreams[repository.upstream]?.settings.revalidationPatience ?? .zero
    let answer = await Patience.wait(patience) { [self] in
      await Result { () async throws(PullThroughError) in try await refreshed(tag, in: repository) }
    }
    if let answer { return try answer.get() }
    let slow = PullThroughError.upstreamTimedOut(repository.upstream, reason: "slow to confirm a tag")
    return try await staleAnswer(instead: slow, for: tag, in: repository)
  }

  /// Whether a tag that is past its freshness could be answered from the store, should upstream be slow.
  private func isAnswerable(_ record: TagRecord?, in repository: Repository) -> Bool {
    guard let digest = freshness(of: repository).staleAnswer(for: record, now: clock.now()) else { return false }
    if hotManifests.find(digest, in: repository) != nil { return true }
    guard let found = try? pending.lookUp(digest, grantedTo: repository) else { return false }
    return found.record != nil && found.grant != nil
  }

  private func refreshed(_ tag: Tag, in repository: Repository) async throws(PullThroughError) -> ResolvedTag {
    try await tagRefreshes.run(RepositoryTag(repository: repository, tag: tag)) { () async throws(PullThroughError) in
      do throws(PullThroughError) {
        return ResolvedTag(manifest: try await self.refresh(tag, in: repository))
      } catch {
        await self.heed(error, about: tag, in: repository)
        return try await self.staleAnswer(instead: error, for: tag, in: repository)
      }
    }
  }

  func freshness(of repository: Repository) -> TagFreshness {
    guard !policy.isOffline else { return .offline }
    guard let settings = upstreams[repository.upstream]?.settings else {
      return TagFreshness(window: .zero, maxStale: .zero)
    }
    return TagFreshness(window: settings.tagFreshness, maxStale: settings.maxStale)
  }

  private func known(_ tag: Tag, in repository: Repository) throws(PullThroughError) -> TagRecord? {
    do throws(StoreError) {
      return try pending.tag(repository, tag)
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
  }

  /// Asks upstream what the tag stands for. A tag that is known costs a HEAD. One that is not costs a GET at once, unless
  /// upstream counts those: then a HEAD before it may show that the tag stands for what is held by another name.
  private func refresh(_ tag: Tag, in repository: Repository) async throws(PullThroughError) -> HotContent {
    try await refresh(tag, in: repository, freshness(of: repository))
  }

  /// Asks upstream what a tag stands for, however fresh the last answer is.
  func confirmNow(_ tag: Tag, in repository: Repository) async throws(PullThroughError) -> HotContent {
    do throws(PullThroughError) {
      return try await refresh(tag, in: repository, TagFreshness(window: .zero, maxStale: .zero))
    } catch {
      await heed(error, about: tag, in: repository)
      throw error
    }
  }

  private func refresh(
    _ tag: Tag,
    in repository: Repository,
    _ freshness: TagFreshness
  ) async throws(PullThroughError) -> HotContent {
    switch freshness.step(for: try known(tag, in: repository), now: clock.now()) {
    case .serve(let digest):
      // Somebody else's refresh ended just before this one began.
      return try await manifest(digest, in: repository)
    case .confirm(let held):
      return try await confirm(tag, held, in: repository)
    case .fetch where upstreams[repository.upstream]?.countsPulls == true:
      return try await confirm(tag, nil, in: repository)
    case .fetch:
      return try await fetchManifest(.tag(tag), in: repository)
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
  ) async throws(PullThroughError) -> HotContent {
    let word = try await look(at: tag, isHeld: held != nil, in: repository)
    if case .standsFor(let current) = word, let manifest = try await confirmed(tag, held, current, in: repository) {
      return manifest
    }
    do throws(PullThroughError) {
      return try await fetchManifest(.tag(tag), in: repository)
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
  ) async throws(PullThroughError) -> HotContent? {
    do throws(PullThroughError) {
      let manifest = try await manifest(current, in: repository)
      if let held, current != held {
        metrics.upstream(repository.upstream).tagMoves.increment()
        log.info("a tag has moved", metadata: ["tag": "\(repository):\(tag)", "from": "\(held)", "to": "\(current)"])
      }
      await noteBehind(tag, is: current, in: repository)
      return manifest
    } catch {
      switch error {
      // The tag moved again between the two requests, or upstream's replicas lag.
      case .manifestUnknown, .manifestAbsenceUnclear: return nil
      default: throw error
      }
    }
  }

  private func look(at tag: Tag, isHeld: Bool, in repository: Repository) async throws(PullThroughError) -> HeadWord {
    let upstream = try upstream(of: repository, for: .manifest(.tag(tag)))
    do throws(UpstreamError) {
      let head = try await metrics.counting(.manifestHead, of: upstream.name) { () async throws(UpstreamError) in
        try await upstream.headManifest(repository.name, .tag(tag))
      }
      return head.digest.map(HeadWord.standsFor) ?? .isThere
    } catch {
      guard HeadWord.isWorthAGet(error.failure, isHeld: isHeld) else {
        throw PullThroughError(error, manifest: .tag(tag), in: repository)
      }
      return .saysNothing
    }
  }

  /// The last good answer, if upstream is merely in trouble; else the error.
  private func staleAnswer(
    instead error: PullThroughError,
    for tag: Tag,
    in repository: Repository
  ) async throws(PullThroughError) -> ResolvedTag {
    guard error.isUpstreamTrouble,
      let digest = freshness(of: repository).staleAnswer(for: try known(tag, in: repository), now: clock.now()),
      let manifest = try? await manifest(digest, in: repository)
    else { throw error }
    let warning = WarningHeader("Berth serves \(repository):\(tag) as last seen; upstream: \(error.summary)")
    return ResolvedTag(manifest: manifest, warning: warning)
  }

  /// Makes known what upstream says that a tag stands for, and notes it behind the answer.
  private func noteBehind(_ tag: Tag, is digest: Digest, in repository: Repository) async {
    let now = clock.now()
    let record = TagRecord(digest: digest, fetchedAt: now, checkedAt: now)
    await pending.begin(PendingKnowledge.Item(repository: repository, tag: (tag, record))) {
      await self.note(tag, is: digest, in: repository)
    }
  }

  /// Notes what upstream says that a tag stands for.
  func note(_ tag: Tag, is digest: Digest, in repository: Repository) async {
    let now = clock.now()
    await writeTag(repository, tag) { (index) throws(StoreError) in
      try Self.note(tag, is: digest, in: repository, at: now, index)
    }
  }

  /// The same as a part of another change of the index; `now` in seconds since 1970.
  static func note(
    _ tag: Tag,
    is digest: Digest,
    in repository: Repository,
    at now: Int64,
    _ index: borrowing IndexWrite
  ) throws(StoreError) {
    let known = try index.tag(repository, tag)
    var record = TagRecord(digest: digest, fetchedAt: now, checkedAt: now)
    if let known, known.digest == digest {
      record.fetchedAt = known.fetchedAt
      record.origin = known.origin == .archive ? .confirmedArchive : known.origin
    }
    try index.putTag(repository, tag, record)
  }

  /// A tag that upstream says is gone is gone. One that it refuses to show is not served as last seen until it has shown
  /// it again, whatever trouble comes after the refusal.
  private func heed(_ error: PullThroughError, about tag: Tag, in repository: Repository) async {
    // What upstream said before must not be written behind what it says now.
    await pending.settle()
    switch error {
    case .manifestUnknown:
      // Most tags that are not there never were: nothing is written for those.
      guard (try? store.tag(repository, tag)) ?? nil != nil else { return }
      await writeTag(repository, tag) { (index) throws(StoreError) in _ = try index.removeTag(repository, tag) }
    case .denied:
      await writeTag(repository, tag) { (index) throws(StoreError) in
        guard var known = try index.tag(repository, tag) else { return }
        known.checkedAt = TagRecord.refused
        try index.putTag(repository, tag, known)
      }
    default: break
    }
  }

  private func writeTag(
    _ repository: Repository,
    _ tag: Tag,
    _ change: @escaping @Sendable (borrowing IndexWrite) throws(StoreError) -> Void
  ) async {
    do throws(StoreError) {
      try await store.write(change)
      noteImagesChanged()
    } catch {
      log.error("a tag could not be kept", metadata: ["tag": "\(repository):\(tag)", "error": "\(error)"])
    }
  }
}
