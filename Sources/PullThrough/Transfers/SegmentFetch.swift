import BlockingIO
import Logging
import NIOCore
import OCI
import Store
import Upstream

/// Why a request for a segment ended early.
enum SegmentError: Error {
  /// The upstream, or the way to it: another request may help.
  case upstream(UpstreamError)
  /// Nothing that a further request could mend.
  case final(PullThroughError)
}

/// One request to an upstream for one segment of a blob, and its bytes' way into the staging file.
struct SegmentFetch: Sendable {
  let download: Download
  let upstream: any UpstreamRegistry
  let lane: Lane
  let limits: Limits
  let log: Logger

  /// Asks upstream for a claim's bytes.
  /// - Parameter endpoint: where the transfer has just broken off; the upstream's others are asked first.
  func request(
    _ claim: SegmentPlan.Claim,
    avoiding endpoint: Upstream.Endpoint? = nil
  ) async throws(SegmentError) -> BlobTransfer {
    let range: BlobRange
    switch download.plan({ $0.totalBytes }) {
    case nil where claim.range.upperBound < .max:
      range = .bytes(claim.range)
    case nil:
      // What an earlier run left may be the whole: its last byte is asked for again, so that there is something to send.
      range = .from(max(0, claim.range.lowerBound - 1))
    case let total? where claim.range.upperBound < total:
      range = .bytes(claim.range)
    case _?:
      range = .from(claim.range.lowerBound)
    }
    let transfer: BlobTransfer
    download.attendance.asking()
    do throws(UpstreamError) {
      transfer =
        if download.hasBegun {
          try await upstream.open(
            ContentRequest(download.digest, in: download.repository.name, range: range, avoiding: endpoint)
          )
        } else {
          try await firstAnswer(range)
        }
      download.attendance.asked()
    } catch {
      download.attendance.notAnswered(error.failure)
      throw .upstream(error)
    }
    try check(transfer, claim)
    return transfer
  }

  /// The head of the first answer to come. Clients wait for it no longer than usual, but their next requests find it
  /// arriving: some upstreams fetch or scan the whole before they answer. The first of those requests has upstream asked
  /// once more beside, since the connection may be lost.
  private func firstAnswer(_ range: BlobRange) async throws(UpstreamError) -> BlobTransfer {
    let (name, digest) = (download.repository.name, download.digest)
    let (upstream, attendance, patience) = (upstream, download.attendance, limits.longestHeadWait)
    let answer = await withTaskGroup(of: (isFirst: Bool, Result<BlobTransfer, UpstreamError>?).self) { group in
      group.addTask {
        let first = await Result { () async throws(UpstreamError) in
          try await upstream.open(
            ContentRequest(digest, in: name, range: range, headPatience: patience) { attendance.paused($0) }
          )
        }
        return (true, first)
      }
      group.addTask {
        guard await attendance.isToBeAskedAgain() else { return (false, nil) }
        return (
          false,
          await Result { () async throws(UpstreamError) in
            try await upstream.open(ContentRequest(digest, in: name, range: range))
          }
        )
      }
      var answer = Result<BlobTransfer, UpstreamError>.failure(failed(.cancelled))
      for await case (let isFirst, let ended?) in group {
        let isSuccess = if case .success = ended { true } else { false }
        // The second one is less patient: that it fails does not end the first.
        guard isFirst || isSuccess else { continue }
        answer = ended
        break
      }
      group.cancelAll()
      return answer
    }
    return try answer.get()
  }

  /// Copies a body to the file, as far as it is the claim's own, and leaves out what comes before (an upstream that
  /// ignores ranges sends the whole again).
  func copy(
    _ transfer: BlobTransfer,
    for claim: SegmentPlan.Claim,
    to assembler: Assembler
  ) async throws(SegmentError) {
    let writer = DiskWriter(to: assembler, startingAt: claim.range.lowerBound, on: lane, limits: limits)
    let failure: SegmentError?
    do throws(SegmentError) {
      try await copy(transfer, for: claim, to: writer, assembler.storage)
      failure = nil
    } catch {
      failure = error
    }
    do throws(StoreError) {
      try await writer.flush()
    } catch {
      throw .final(.storeFailed(reason: "\(error)"))
    }
    if let failure { throw failure }
    // The last pieces may have been refused after they were handed over.
    guard assembler.storage.refusal != nil else { return }
    do throws(PullThroughError) {
      try await download.waitUntilPassed()
    } catch {
      throw .final(error)
    }
  }

  /// Copies to the file what was read of a claim's body before it broke off.
  func copy(
    _ bytes: ByteBuffer,
    for claim: SegmentPlan.Claim,
    to assembler: Assembler
  ) async throws(SegmentError) {
    let piece = Assembler.Piece(bytes, at: claim.range.lowerBound)
    guard download.plan({ $0.accept(bytes.readableBytes, for: claim.segment) }) > 0 else { return }
    do throws(StoreError) {
      try await lane.run { () throws(StoreError) in try assembler.write([piece]) }
    } catch {
      throw .final(.storeFailed(reason: "\(error)"))
    }
  }

  private func copy(
    _ transfer: BlobTransfer,
    for claim: SegmentPlan.Claim,
    to writer: DiskWriter,
    _ storage: DownloadStorage
  ) async throws(SegmentError) {
    var toSkip = claim.range.lowerBound - transfer.start
    var received = transfer.start
    do {
      for try await var chunk in transfer.body {
        received += Int64(chunk.readableBytes)
        download.attendance.arrived(chunk.readableBytes)
        let most = min(download.expectedBytes ?? .max, limits.maxBlobBytes)
        guard received <= transfer.totalSize ?? most else {
          throw SegmentError.final(mismatch(Self.tooMuch))
        }
        let skipped = min(toSkip, Int64(chunk.readableBytes))
        toSkip -= skipped
        chunk.moveReaderIndex(forwardBy: Int(skipped))
        guard chunk.readableBytes > 0 else { continue }
        let wanted = download.plan { $0.accept(chunk.readableBytes, for: claim.segment) }
        if wanted > 0, let own = chunk.readSlice(length: wanted) {
          await storage.makeRoom(for: download.takenBytes, of: transfer.totalSize)
          try await writer.append(own)
          if storage.refusal != nil { try await download.waitUntilPassed() }
        }
        if chunk.readableBytes > 0 { return }
      }
    } catch let error as UpstreamError {
      download.attendance.upstreamFailed(error.failure)
      throw .upstream(error)
    } catch let error as SegmentError {
      throw error
    } catch let error as PullThroughError {
      throw .final(error)
    } catch {
      throw .final(.storeFailed(reason: "\(error)"))
    }
    guard transfer.totalSize == nil || download.plan({ $0.hasReachedLimit(claim.segment) }) else {
      throw .upstream(failed(.interrupted("\(received) of \(transfer.totalSize ?? 0) bytes")))
    }
  }

  private func check(_ transfer: BlobTransfer, _ claim: SegmentPlan.Claim) throws(SegmentError) {
    guard transfer.start <= claim.range.lowerBound else {
      let answer = "bytes from \(transfer.start) for a request from \(claim.range.lowerBound)"
      throw .upstream(failed(.protocolViolation(answer)))
    }
    guard let told = transfer.totalSize else { return }
    if told > limits.maxBlobBytes {
      throw .final(mismatch("upstream announces \(told) bytes, more than the limit of \(limits.maxBlobBytes)"))
    }
    if let known = download.plan({ $0.totalBytes }), known != told {
      throw .final(mismatch("upstream changed its length from \(known) to \(told) bytes"))
    }
  }

  /// A failure that is not the upstream client's own finding.
  func failed(_ failure: UpstreamFailure) -> UpstreamError {
    UpstreamError(failure, upstream: upstream.name, repository: download.repository.name)
  }

  static let tooMuch = "upstream sent more bytes than it or the manifest announced"

  /// The content is not what its digest or length says; an operator should know.
  func mismatch(_ reason: String) -> PullThroughError {
    log.warning(
      "upstream's bytes are not what was asked for",
      metadata: ["digest": "\(download.digest)", "repository": "\(download.repository)", "reason": "\(reason)"]
    )
    return .contentMismatch(download.repository, download.digest, reason: reason)
  }
}
