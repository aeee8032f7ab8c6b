import Logging
import NIOCore
import OCI
import Store
import Upstream

/// Carries one download from the upstream through the staging file into the shards.
struct Transfer: Sendable {
  let download: Download
  let upstream: UpstreamClient
  let store: Store
  let pending: PendingWrites
  let health: KeepingHealth
  let pool: FetchPool
  let limits: Limits
  let clock: WallClock
  let log: Logger

  /// Runs to the end: published and indexed, or failed. The followers of a failed one are still to be told.
  func run(_ ticket: FetchPool.Ticket) async throws(PullThroughError) {
    let write = try await transfer(ticket)
    // Whoever asks until then finds the download, and its content in memory.
    await write?.value
  }

  /// Runs until the content is published and indexed or, being small, about to be: that takes none of the few places.
  /// - Returns: what is still being written.
  private func transfer(_ ticket: FetchPool.Ticket) async throws(PullThroughError) -> Task<Void, Never>? {
    let limit = upstream.settings.maxConcurrentTransfers
    guard let permit = await pool.admit(ticket, upstream: upstream.name, limit: limit) else {
      throw .overloaded(upstream.name)
    }
    defer { pool.finish(permit) }
    try giveUpWhatHasNoRoom()
    let fetch = SegmentFetch(download: download, upstream: upstream, lane: permit.lane, limits: limits, log: log)
    // What an earlier run left decides what is asked for.
    let opening = store.hasLeftover(of: download.digest) ? nil : try await open(fetch)
    if case .whole(let bytes) = opening?.body {
      try verify(bytes, fetch)
      // Before another download takes the place, and looks how much room is left.
      let room = await Result { () async throws(StoreError) in try await store.reserve(Int64(bytes.readableBytes)) }
      let item = PendingKnowledge.Item(repository: download.repository, contentBytes: bytes.readableBytes)
      return await pending.begin(item) { await keep(bytes, in: room) }
    }
    let (keeping, size) = try await receive(fetch, opening, on: permit.lane)
    await keep(keeping, size: size, on: permit.lane)
    return nil
  }

  /// What was begun ahead of clients, and still has none, takes no room that other content would have to make.
  private func giveUpWhatHasNoRoom() throws(PullThroughError) {
    guard download.reason == .prefetch, !download.hasFollowers else { return }
    guard health.trouble == nil, download.expectedBytes ?? 0 <= store.spareBytes else {
      throw .storeFailed(reason: "nobody has asked for it yet, and there is no room to spare")
    }
  }

  // MARK: Receiving

  /// Asks upstream for the content, and reads it where it is small.
  private func open(_ fetch: SegmentFetch) async throws(PullThroughError) -> Opening? {
    guard let claim = download.plan({ $0.claimNext() }) else { return nil }
    do throws(SegmentBreak) {
      return try await fetch.open(claim)
    } catch {
      switch error {
      case .final(let failure): throw failure
      case .upstream(let failure): throw PullThroughError(failure, blob: download.digest, in: download.repository)
      }
    }
  }

  /// Fetches segment after segment until nothing is missing, and verifies the whole.
  private func receive(
    _ fetch: SegmentFetch,
    _ opening: Opening?,
    on lane: Lane
  ) async throws(PullThroughError) -> (Keeping, Int64) {
    let assembler = Assembler(Keeping(of: download.digest, in: store, health: health), for: download)
    if opening == nil {
      await lane.run { openStaging(of: assembler.keeping) }
    } else {
      // Clients need not wait for it to be told the length: what is written waits for it, on the lane.
      lane.enqueue { openStaging(of: assembler.keeping) }
    }
    let ahead = AheadFetches(fetch: fetch, assembler: assembler)
    let outcome: Result<Int64, PullThroughError> = await Result { () async throws(PullThroughError) in
      try await fetchAll(fetch, opening, assembler, ahead)
      return try await verify(assembler, fetch, on: lane)
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
    _ opening: Opening?,
    _ assembler: Assembler,
    _ ahead: AheadFetches
  ) async throws(PullThroughError) {
    var resume = ResumePolicy(
      maxFruitlessAttempts: limits.maxFruitlessResumes,
      firstPause: limits.firstResumePause,
      longestPause: limits.longestResumePause
    )
    var (opening, brokenOff) = (opening, nil as Upstream.Endpoint?)
    while !download.plan({ $0.isComplete }) {
      let first = opening.take()
      guard let claim = first?.claim ?? download.plan({ $0.claimNext() }) else {
        await ahead.waitForNext()
        await Task.yield()
        continue
      }
      let before = download.receivedBytes
      do throws(SegmentBreak) {
        defer { download.plan { $0.end(claim.segment) } }
        let transfer = if let first { first.transfer } else { try await fetch.request(claim, avoiding: brokenOff) }
        brokenOff = transfer.endpoint
        await assembler.keeping.makeRoom(totalBytes: transfer.totalSize, received: download.receivedBytes)
        download.begin(totalBytes: transfer.totalSize) { ahead.start($0) }
        if case .brokenOff(let read, let error) = first?.body {
          try await fetch.copy(read, for: claim, to: assembler)
          throw error
        }
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
    guard download.hasBegun, error.failure.mayHeal else { throw translated }
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

  private func verify(
    _ assembler: Assembler,
    _ fetch: SegmentFetch,
    on lane: Lane
  ) async throws(PullThroughError) -> Int64 {
    let size = download.contiguousEnd(from: 0)
    let actual: Digest
    do throws(StoreError) {
      actual = try await lane.run { () throws(StoreError) in try assembler.digest(size: size) }
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
    guard actual == download.digest else {
      throw fetch.mismatch("\(size) bytes arrived with digest \(actual)")
    }
    download.verified(totalBytes: size)
    return size
  }

  /// Verifies content that is in memory: it is small, and hashed in microseconds.
  private func verify(_ bytes: ByteBuffer, _ fetch: SegmentFetch) throws(PullThroughError) {
    let actual = bytes.withUnsafeReadableBytes { Digest.of($0, download.digest.algorithm) }
    guard actual == download.digest else {
      throw fetch.mismatch("\(bytes.readableBytes) bytes arrived with digest \(actual)")
    }
    download.verified(bytes)
  }

  // MARK: The staging file

  /// Opens the file that the content arrives in. Blocks.
  private func openStaging(of keeping: Keeping) {
    guard let staging = keeping.openStaging() else { return }
    download.opened(staging)
    guard staging.resumedLength > 0 else { return }
    log.info(
      "carrying on with an interrupted download",
      metadata: ["digest": "\(download.digest)", "bytes": "\(staging.resumedLength)"]
    )
  }

  /// Keeps what has arrived for the next download of this content, unless it is known to be wrong, or cannot be kept.
  private func putAside(_ keeping: Keeping, because error: PullThroughError, on lane: Lane) async {
    let isWorthKeeping = if case .contentMismatch = error { false } else { error.isUpstreamTrouble }
    // On the lane, where the file may still have to be opened before.
    await lane.run {
      guard let staging = keeping.staging else { return }
      let length = download.contiguousEnd(from: 0)
      guard isWorthKeeping, keeping.refusal == nil, (try? store.setAside(staging, keeping: length)) != nil else {
        return staging.discard()
      }
    }
  }
}
