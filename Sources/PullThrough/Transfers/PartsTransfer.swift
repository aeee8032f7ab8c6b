import BlockingIO
import Logging
import NIOCore
import OCI
import Store
import Upstream

/// Carries parts of a blob from the upstream to the one client that asked for them, and keeps them aside.
///
/// Nothing of what comes is verified, so that nobody else gets it: the next one who asks for the same has upstream asked again.
struct PartsTransfer: Sendable {
  let download: Download
  let ticket: FetchPool.Ticket
  /// What the client asked for.
  let wanted: RangeRequest
  /// What is asked for first.
  let first: Range<Int64>
  let upstream: any UpstreamRegistry
  let pool: FetchPool
  let context: ServiceContext
  /// Its blocking work, in order.
  let lane = Lane(label: "berth.lane.fetch")
  let pace: TransferPace

  /// Runs until all parts have been passed on, or cannot be had.
  /// - Returns: whether parts that were kept aside are the whole content now.
  func run() async throws(PullThroughError) -> Bool {
    let stage: TransferStage = download.isNamed ? .transferring : .asking
    let limit = upstream.settings.maxConcurrentTransfers
    try placed(await pool.admit(ticket, at: upstream.name, limit: limit, stage: stage))
    let watch = Task { await watchSpeed() }
    var isEmpty = false
    defer {
      watch.cancel()
      pool.finish(ticket, isEmpty: isEmpty)
    }
    let fetch = SegmentFetch(
      download: download,
      upstream: upstream,
      lane: lane,
      limits: context.limits,
      log: context.log
    )
    let opening: BlobTransfer
    do throws(SegmentError) {
      opening = try await fetch.request(Self.claim(first))
    } catch {
      let failure = failure(error)
      isEmpty = failure.saysThatThereIsNone
      throw failure
    }
    // Where upstream sends the whole, or there is no part of that kind, it is for others to fetch that.
    guard let total = opening.totalSize, opening.start == first.lowerBound, let parts = wanted.parts(of: total) else {
      throw .abandoned(download.repository, download.digest)
    }
    try placed(await pool.admitBody(ticket, of: download.client))
    download.plan { $0.refusesRanges() }
    download.begin(totalBytes: total) { _ in }
    let keeping = await PartsKeeping(
      download.digest,
      from: upstream.name,
      totalBytes: total,
      in: context.store,
      on: lane,
      clock: context.clock
    )
    let outcome = await Result { () async throws(PullThroughError) in
      try await pass(PartsPlan(parts), opening, fetch, keeping)
    }
    let isWhole = await keeping.end()
    try outcome.get()
    return isWhole
  }

  private func placed(_ outcome: FetchPool.Outcome) throws(PullThroughError) {
    switch outcome {
    case .placed: pace.begin(received: download.receivedBytes, at: .now)
    case .refused: throw .overloaded(upstream.name)
    case .withdrawn: throw .abandoned(download.repository, download.digest)
    }
  }

  /// What is slow takes a place of its upstream alone.
  private func watchSpeed() async {
    while !Task.isCancelled {
      try? await Task.sleep(for: .seconds(1))
      guard !Task.isCancelled, let isSlow = pace.isSlow(received: download.receivedBytes, at: .now) else { continue }
      pool.mark(ticket, isSlow: isSlow)
    }
  }

  private func failure(_ error: SegmentError) -> PullThroughError {
    if Task.isCancelled { return .abandoned(download.repository, download.digest) }
    switch error {
    case .final(let failure): return failure
    case .upstream(let failure): return PullThroughError(failure, blob: download.digest, in: download.repository)
    }
  }

  // MARK: Passing on

  /// Asks for some parts ahead of those that are passed on, so that many small ones do not each take the way to the upstream
  /// and back.
  private func pass(
    _ plan: PartsPlan,
    _ opening: BlobTransfer,
    _ fetch: SegmentFetch,
    _ keeping: PartsKeeping
  ) async throws(PullThroughError) {
    var answers: [Task<Result<BlobTransfer, SegmentError>, Never>] = []
    defer { for answer in answers { answer.cancel() } }
    for (index, ask) in plan.asks.enumerated() {
      while answers.count < min(plan.asks.count, index + max(1, context.limits.maxSegmentsPerDownload)) {
        let next = plan.asks[answers.count].range
        answers.append(
          answers.isEmpty && opening.start == next.lowerBound ? .init { .success(opening) } : request(next, fetch)
        )
      }
      try await pass(ask, answers[index], fetch, keeping)
    }
  }

  private func request(_ range: Range<Int64>, _ fetch: SegmentFetch) -> Task<Result<BlobTransfer, SegmentError>, Never>
  {
    Task { await Result { () async throws(SegmentError) in try await fetch.request(Self.claim(range)) } }
  }

  /// Passes the bytes of one request on, and asks again for what is missing when it breaks off.
  private func pass(
    _ ask: PartsPlan.Ask,
    _ answer: Task<Result<BlobTransfer, SegmentError>, Never>,
    _ fetch: SegmentFetch,
    _ keeping: PartsKeeping
  ) async throws(PullThroughError) {
    var resume = ResumePolicy(
      maxFruitlessAttempts: context.limits.maxFruitlessResumes,
      firstPause: context.limits.firstResumePause,
      longestPause: context.limits.longestResumePause
    )
    var position = ask.range.lowerBound
    var answer: Task<Result<BlobTransfer, SegmentError>, Never>? = answer
    while position < ask.range.upperBound {
      let before = position
      do throws(SegmentError) {
        let asked = answer ?? request(position..<ask.range.upperBound, fetch)
        answer = nil
        let transfer = try await withTaskCancellationHandler {
          await asked.value
        } onCancel: {
          asked.cancel()
        }.get()
        try await copy(transfer, ask, from: &position, fetch, keeping)
      } catch {
        guard !Task.isCancelled, case .upstream(let broken) = error, broken.failure.mayHeal,
          case .resume(let pause) = resume.brokeOff(newBytes: position - before, chance: .random(in: 0..<1))
        else { throw failure(error) }
        try? await Task.sleep(for: pause)
      }
    }
  }

  private func copy(
    _ transfer: BlobTransfer,
    _ ask: PartsPlan.Ask,
    from position: inout Int64,
    _ fetch: SegmentFetch,
    _ keeping: PartsKeeping
  ) async throws(SegmentError) {
    guard transfer.start == position else {
      throw .upstream(fetch.failed(.protocolViolation("the whole for a range, when there were ranges before")))
    }
    do {
      for try await var chunk in transfer.body {
        download.attendance.arrived(chunk.readableBytes)
        let count = min(Int64(chunk.readableBytes), ask.range.upperBound - position)
        guard let own = chunk.readSlice(length: Int(count)) else { break }
        await keeping.write(own, at: position)
        let range = position..<(position + count)
        for part in PartsPlan.passed(range, of: ask) {
          let start = own.readerIndex + Int(part.range.lowerBound - position)
          guard let bytes = own.getSlice(at: start, length: part.range.count) else { continue }
          download.pass(bytes, at: part.place)
        }
        position = range.upperBound
        if position == ask.range.upperBound { return }
        try await download.waitUntilPassed()
      }
    } catch let error as UpstreamError {
      download.attendance.upstreamFailed(error.failure)
      throw .upstream(error)
    } catch let error as PullThroughError {
      throw .final(error)
    } catch {
      throw .final(.storeFailed(reason: "\(error)"))
    }
    if position < ask.range.upperBound {
      throw .upstream(fetch.failed(.interrupted("\(position - transfer.start) of \(ask.range.count) bytes")))
    }
  }

  /// What is asked for belongs to no plan: nobody else fetches any of it.
  private static func claim(_ range: Range<Int64>) -> SegmentPlan.Claim { SegmentPlan.Claim(segment: -1, range: range) }
}
