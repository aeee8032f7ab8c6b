import BlockingIO
import Logging
import NIOCore
import OCI
import Store
import Upstream

/// Carries one download from the upstream through the staging file into the shards.
struct Transfer: Sendable {
  let download: Download
  let ticket: FetchPool.Ticket
  let upstream: any UpstreamRegistry
  let pool: FetchPool
  let context: ServiceContext
  /// Its blocking work, in order.
  let lane = Lane(label: "berth.lane.fetch")
  let pace: TransferPace
  /// Called, again and again, while it is slow and followed.
  let whenSlow: @Sendable () -> Void

  /// Runs to the end: published and indexed, or failed. The followers of a failed one are still to be told.
  func run() async throws(PullThroughError) {
    let write = try await transfer()
    // Whoever asks until then finds the download, and its content in memory.
    await write?.value
  }

  /// Runs until the content is published and indexed or, being small, about to be: that takes none of the few places.
  /// - Returns: what is still being written.
  private func transfer() async throws(PullThroughError) -> Task<Void, Never>? {
    let hasLeftover = context.store.hasLeftover(of: download.digest)
    let stage = hasLeftover ? .transferring : stage
    let limit = upstream.settings.maxConcurrentTransfers
    try placed(await pool.admit(ticket, at: upstream.name, limit: limit, stage: stage))
    let watch = Task { await watchSpeed() }
    var isEmpty = false
    defer {
      watch.cancel()
      pool.finish(ticket, isEmpty: isEmpty)
    }
    try giveUpWhatHasNoRoom()
    let fetch = SegmentFetch(
      download: download,
      upstream: upstream,
      lane: lane,
      limits: context.limits,
      log: context.log
    )
    let opening: FirstResponse?
    do throws(PullThroughError) {
      // What an earlier run left decides what is asked for.
      opening = hasLeftover ? nil : try await open(fetch)
    } catch {
      isEmpty = error.saysThatThereIsNone
      throw error
    }
    if case .whole(let bytes) = opening?.body {
      try verify(bytes, fetch)
      // Before another download takes the place, and looks how much room is left.
      let room = await Result { () async throws(StoreError) in
        try await context.store.reserve(Int64(bytes.readableBytes))
      }
      let item = WriteBehindOverlay.Item(repository: download.repository, contentBytes: bytes.readableBytes)
      return await context.pending.begin(item) { await keep(bytes, in: room) }
    }
    try placed(await pool.admitBody(ticket, of: download.client))
    let (storage, size) = try await receive(fetch, opening)
    await keep(storage, size: size, on: lane)
    return nil
  }

  /// Of what a client asks for and nobody has named, there may be none: it takes no transfer's place before there is.
  private var stage: TransferStage { download.isNamed || download.reason != .client ? .transferring : .asking }

  private func placed(_ outcome: FetchPool.Outcome) throws(PullThroughError) {
    switch outcome {
    case .placed: pace.begin(received: download.receivedBytes, at: .now)
    case .refused: throw .overloaded(upstream.name)
    case .withdrawn: throw .abandoned(download.repository, download.digest)
    }
  }

  /// What was begun ahead of clients, and still has none, takes no room that other content would have to make.
  private func giveUpWhatHasNoRoom() throws(PullThroughError) {
    guard download.reason == .prefetch, !download.hasFollowers else { return }
    guard context.health.trouble == nil, download.expectedBytes ?? 0 <= context.store.availableBytes else {
      throw .storeFailed(reason: "nobody has asked for it yet, and there is no room to spare")
    }
  }

  // MARK: Receiving

  /// Asks upstream for the content, and reads it where it is small.
  private func open(_ fetch: SegmentFetch) async throws(PullThroughError) -> FirstResponse? {
    let part = download.firstPart.flatMap { part in download.plan { $0.claimFirst(part) } }
    guard let claim = part ?? download.plan({ $0.claimNext() }) else { return nil }
    do throws(SegmentError) {
      let opening = try await download.interruption.run { () async throws(SegmentError) in try await fetch.open(claim) }
      return part == nil ? opening : opening.asWhole(of: download)
    } catch {
      // Nobody follows what yields, and nothing has come of it.
      if download.interruption.take() != nil { throw .abandoned(download.repository, download.digest) }
      switch error {
      case .final(let failure): throw failure
      case .upstream(let failure): throw PullThroughError(failure, blob: download.digest, in: download.repository)
      }
    }
  }

  /// Fetches segment after segment until nothing is missing, and verifies the whole.
  private func receive(_ fetch: SegmentFetch, _ opening: FirstResponse?) async throws(PullThroughError) -> (
    DownloadStorage, Int64
  ) {
    let download = download
    let storage = DownloadStorage(
      of: download.digest,
      from: upstream.name,
      in: context.store,
      health: context.health,
      limits: context.limits
    ) {
      download.reason != .prefetch || download.hasFollowers
    }
    let assembler = Assembler(storage, for: download)
    if opening == nil {
      await lane.run { openStaging(of: assembler.storage) }
    } else {
      // Clients need not wait for it to be told the length: what is written waits for it, on the lane.
      lane.enqueue { openStaging(of: assembler.storage) }
    }
    let ahead = RangeFetches(fetch: fetch, assembler: assembler)
    let outcome: Result<Int64, PullThroughError> = await Result { () async throws(PullThroughError) in
      try await fetchAll(fetch, opening, assembler, ahead)
      return try await verify(assembler, fetch)
    }
    // Whoever still fetches ahead must have let go of the file before it is moved or put aside.
    await ahead.finish()
    switch outcome {
    case .success(let size): return (assembler.storage, size)
    case .failure(let error):
      await putAside(assembler.storage, because: error)
      throw error
    }
  }

  private func fetchAll(
    _ fetch: SegmentFetch,
    _ opening: FirstResponse?,
    _ assembler: Assembler,
    _ ahead: RangeFetches
  ) async throws(PullThroughError) {
    var resume = ResumePolicy(
      maxFruitlessAttempts: context.limits.maxFruitlessResumes,
      firstPause: context.limits.firstResumePause,
      longestPause: context.limits.longestResumePause
    )
    var (opening, brokenOff) = (opening, nil as Upstream.Endpoint?)
    if let part = opening, part.isPart {
      await begin(with: part, assembler, ahead)
      opening = nil
    }
    while !download.plan({ $0.isComplete }) {
      let first = opening.take()
      guard let claim = first?.claim ?? download.plan({ $0.claimNext() }) else {
        await ahead.waitForNext()
        await Task.yield()
        continue
      }
      let before = download.receivedBytes
      do throws(SegmentError) {
        defer { download.plan { $0.end(claim.segment) } }
        let segment = TransferSegment(fetch: fetch, claim: claim, opening: first, avoided: brokenOff)
        try await download.interruption.run { () async throws(SegmentError) in
          try await segment.receive(into: assembler, ahead)
        }
      } catch {
        if let reason = download.interruption.take() {
          try await goOn(after: reason, assembler, ahead)
          continue
        }
        brokenOff = download.lastEndpoint
        let pause = try pauseBeforeResuming(after: error, newBytes: download.receivedBytes - before, &resume)
        try? await Task.sleep(for: pause)
      }
    }
  }

  /// How long to wait before asking for the rest.
  /// - Throws: the failure, when asking again is of no use, or nothing had come yet.
  private func pauseBeforeResuming(
    after segmentBreak: SegmentError,
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
      context.log.debug(
        "taking a download up again",
        metadata: ["digest": "\(download.digest)", "received": "\(download.receivedBytes)", "after": "\(pause)"]
      )
      return pause
    }
  }

  // MARK: Verifying

  private func verify(_ assembler: Assembler, _ fetch: SegmentFetch) async throws(PullThroughError) -> Int64 {
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
}
