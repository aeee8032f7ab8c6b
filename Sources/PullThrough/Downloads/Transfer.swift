import Logging
import OCI
import Store
import Upstream

/// Carries one download from the upstream through the staging file into the shards.
struct Transfer: Sendable {
  let download: Download
  let upstream: UpstreamClient
  let store: Store
  let health: KeepingHealth
  let pool: FetchPool
  let limits: Limits
  let clock: WallClock
  let log: Logger

  /// Runs to the end: published and indexed, or failed. The followers of a failed one are still to be told.
  func run(_ ticket: FetchPool.Ticket) async throws(PullThroughError) {
    let limit = upstream.settings.maxConcurrentTransfers
    guard let permit = await pool.admit(ticket, upstream: upstream.name, limit: limit) else {
      throw .overloaded(upstream.name)
    }
    defer { pool.finish(permit) }
    try giveUpWhatHasNoRoom()
    let (keeping, size) = try await receive(on: permit.lane)
    await keep(keeping, size: size, on: permit.lane)
  }

  /// What was begun ahead of clients, and still has none, takes no room that other content would have to make.
  private func giveUpWhatHasNoRoom() throws(PullThroughError) {
    guard download.reason == .prefetch, !download.hasFollowers else { return }
    guard health.trouble == nil, download.expectedBytes ?? 0 <= store.spareBytes else {
      throw .storeFailed(reason: "nobody has asked for it yet, and there is no room to spare")
    }
  }

  // MARK: Receiving

  /// Fetches segment after segment until nothing is missing, and verifies the whole.
  private func receive(on lane: Lane) async throws(PullThroughError) -> (Keeping, Int64) {
    let assembler = await openStaging(on: lane)
    let fetch = SegmentFetch(download: download, upstream: upstream, lane: lane, limits: limits, log: log)
    let ahead = AheadFetches(fetch: fetch, assembler: assembler)
    let outcome: Result<Int64, PullThroughError> = await Result { () async throws(PullThroughError) in
      try await fetchAll(fetch, assembler, ahead)
      return try await verify(assembler, on: lane)
    }
    // Whoever still fetches ahead must have let go of the file before it is moved or put aside.
    await ahead.finish()
    switch outcome {
    case .success(let size): return (assembler.keeping, size)
    case .failure(let error):
      await putAside(assembler.keeping, because: error, on: lane)
      throw error
    }
  }

  private func fetchAll(
    _ fetch: SegmentFetch,
    _ assembler: Assembler,
    _ ahead: AheadFetches
  ) async throws(PullThroughError) {
    var resume = ResumePolicy(
      maxFruitlessAttempts: limits.maxFruitlessResumes,
      firstPause: limits.firstResumePause,
      longestPause: limits.longestResumePause
    )
    var brokenOff: Upstream.Endpoint?
    while !download.plan({ $0.isComplete }) {
      guard let claim = download.plan({ $0.claimNext() }) else {
        await ahead.waitForNext()
        await Task.yield()
        continue
      }
      let before = download.receivedBytes
      do throws(SegmentBreak) {
        defer { download.plan { $0.end(claim.segment) } }
        let transfer = try await fetch.request(claim, avoiding: brokenOff)
        brokenOff = transfer.endpoint
        await assembler.keeping.makeRoom(totalBytes: transfer.totalSize, received: download.receivedBytes)
        download.begin(staging: assembler.keeping.staging, totalBytes: transfer.totalSize) { ahead.start($0) }
        try await fetch.copy(transfer, for: claim, to: assembler)
        // Without an announced length, the end of the body is the end of the blob.
        if transfer.totalSize == nil { download.plan { $0.tell(totalBytes: $0.received.contiguousEnd(from: 0)) } }
      } catch {
        let pause = try pauseBeforeResuming(after: error, newBytes: download.receivedBytes - before, &resume)
        try? await Task.sleep(for: pause)
      }
    }
  }

  /// How long to wait before asking for the rest.
  /// - Throws: the failure, when asking again is of no use, or nothing had come yet.
  private func pauseBeforeResuming(
    after segmentBreak: SegmentBreak,
    newBytes: Int64,
    _ resume: inout ResumePolicy
  ) throws(PullThroughError) -> Duration {
    let error: UpstreamError
    switch segmentBreak {
    case .final(let failure): throw failure
    case .upstream(let upstreamError): error = upstreamError
    }
    let arrived = download.contiguousEnd(from: 0)
    if case .rangeNotSatisfiable(let size?) = error.failure, size <= arrived {
      let reason = "upstream has \(size) bytes now, and \(arrived) had arrived before"
      throw .contentMismatch(download.repository, download.digest, reason: reason)
    }
    let translated = PullThroughError(error, blob: download.digest, in: download.repository)
    guard download.descriptor != nil, error.failure.mayHeal else { throw translated }
    switch resume.brokeOff(newBytes: newBytes, chance: .random(in: 0..<1)) {
    case .giveUp: throw translated
    case .resume(let pause):
      log.debug(
        "taking a download up again",
        metadata: ["digest": "\(download.digest)", "received": "\(download.receivedBytes)", "after": "\(pause)"]
      )
      return pause
    }
  }

  private func verify(_ assembler: Assembler, on lane: Lane) async throws(PullThroughError) -> Int64 {
    let size = download.contiguousEnd(from: 0)
    let actual: Digest
    do throws(StoreError) {
      actual = try await lane.run { () throws(StoreError) in try assembler.digest(size: size) }
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
    guard actual == download.digest else {
      let reason = "\(size) bytes arrived with digest \(actual)"
      log.warning(
        "upstream's bytes are not what was asked for",
        metadata: ["digest": "\(download.digest)", "repository": "\(download.repository)", "reason": "\(reason)"]
      )
      throw .contentMismatch(download.repository, download.digest, reason: reason)
    }
    download.verified(totalBytes: size)
    return size
  }

  // MARK: The staging file

  /// Opens the file that an interrupted download of this content left, or a new one.
  private func openStaging(on lane: Lane) async -> Assembler {
    let (store, digest) = (store, download.digest)
    let staging = await Result { () async throws(StoreError) in
      try await lane.run { () throws(StoreError) in
        if let interrupted = try store.resumeStaging(for: digest) { return interrupted }
        return try store.createStaging(for: digest, expectedSize: nil)
      }
    }
    if case .success(let file) = staging, file.resumedLength > 0 {
      log.info(
        "carrying on with an interrupted download",
        metadata: ["digest": "\(digest)", "bytes": "\(file.resumedLength)"]
      )
      download.wrote(0..<file.resumedLength)
    }
    return Assembler(Keeping(staging, of: digest, in: store, health: health), for: download)
  }

  /// Keeps what has arrived for the next download of this content, unless it is known to be wrong, or cannot be kept.
  private func putAside(_ keeping: Keeping, because error: PullThroughError, on lane: Lane) async {
    guard let staging = keeping.staging else { return }
    let (store, length) = (store, download.contiguousEnd(from: 0))
    let isWorthKeeping = if case .contentMismatch = error { false } else { error.isUpstreamTrouble }
    let canBeKept = keeping.refusal == nil
    await lane.run {
      guard isWorthKeeping, canBeKept, (try? store.setAside(staging, keeping: length)) != nil else {
        return staging.discard()
      }
    }
  }

  // MARK: Keeping

  /// Moves verified content into the shards and indexes it. A store that cannot keep it costs no client its body.
  private func keep(_ keeping: Keeping, size: Int64, on lane: Lane) async {
    guard let staging = keeping.staging else { return }
    let (store, digest) = (store, download.digest)
    guard keeping.refusal == nil else { return await lane.run { staging.discard() } }
    do throws(StoreError) {
      try await lane.run { () throws(StoreError) in
        try store.publish(staging, as: digest, size: size)
      }
      let (provenFor, now, reservation) = (download.provenFor, clock.now(), keeping.reservation)
      try await store.write { (index) throws(StoreError) in
        let mediaType = try index.content(digest)?.mediaType
        try index.putContent(digest, ContentRecord(size: size, mediaType: mediaType, lastAccess: now))
        if let reservation { index.settle(reservation) }
        for repository in provenFor {
          try index.grant(repository, digest, GrantRecord(expectedSize: size, grantedAt: now))
        }
      }
      keeping.kept()
    } catch {
      keeping.refuse(error)
      if error.isLackOfRoom { await lane.run { store.withdraw(digest) } }
    }
  }
}
