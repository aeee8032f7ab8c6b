import BlockingIO
import Logging
import NIOCore
import OCI
import Store
import Upstream

/// A transfer that others wait for gives way, or is helped.
extension Transfer {
  /// How often a transfer's speed is looked at.
  private static let watchInterval = Duration.seconds(1)
  /// Bytes read at once from content that another transfer has brought.
  private static let heldPieceBytes: Int64 = 1 << 20

  /// Looks after the transfer's speed until cancelled.
  func watchSpeed() async {
    while !Task.isCancelled {
      try? await Task.sleep(for: Self.watchInterval)
      guard !Task.isCancelled, let isSlow = pace.isSlow(received: download.receivedBytes, at: .now) else { continue }
      pool.mark(ticket, isSlow: isSlow)
      download.note(isSlow: isSlow)
      guard isSlow, !download.isVerified else { continue }
      if download.hasFollowers {
        whenSlow()
      } else if pool.isShort(of: upstream.name) {
        download.interruption.interrupt(.yield)
      }
    }
  }

  /// Goes on after an interruption.
  func goOn(
    after reason: TransferInterruption.Reason,
    _ assembler: Assembler,
    _ ahead: RangeFetches
  ) async throws(PullThroughError) {
    switch reason {
    case .yield: try await waitForAnotherPlace()
    case .isHeld: try await takeFromHeld(assembler, ahead)
    }
  }

  /// Gives the place to whoever waits for it, and waits for one that nobody wants, or that a client wants again. The rest is
  /// asked for by `Range` then.
  private func waitForAnotherPlace() async throws(PullThroughError) {
    context.log.debug(
      "a slow download that nobody follows gives its place to others",
      metadata: ["digest": "\(download.digest)", "received": "\(download.receivedBytes)"]
    )
    pace.pause()
    pool.finish(ticket, isEmpty: false)
    pool.announceAgain(ticket, priority: .warming)
    switch await pool.admit(
      ticket,
      at: upstream.name,
      limit: upstream.settings.maxConcurrentTransfers,
      stage: .transferring
    )
    {
    case .placed: pace.begin(received: download.receivedBytes, at: .now)
    case .refused, .withdrawn: throw .abandoned(download.repository, download.digest)
    }
  }

  /// Copies what is missing from content that another transfer has brought. The digest of the whole still decides: what came
  /// from this one's upstream may be wrong.
  private func takeFromHeld(_ assembler: Assembler, _ ahead: RangeFetches) async throws(PullThroughError) {
    ahead.cancel()
    let digest = download.digest
    guard let record = try? context.store.content(digest), let file = try? context.store.open(digest, record) else {
      return
    }
    // An answer without a length does not show that this repository includes what the other one has: it goes on by itself.
    guard let known = download.knownBytes else { return }
    if known != record.size {
      let reason = "upstream announces \(known) bytes, and it has \(record.size)"
      throw .contentMismatch(download.repository, digest, reason: reason)
    }
    context.log.debug(
      "the rest of a slow download is taken from what another has brought",
      metadata: ["digest": "\(digest)"]
    )
    while let claim = download.plan({ $0.claimNext() }) {
      defer { download.plan { $0.end(claim.segment) } }
      for start in stride(from: claim.range.lowerBound, to: claim.range.upperBound, by: Int(Self.heldPieceBytes)) {
        let piece = start..<min(start + Self.heldPieceBytes, claim.range.upperBound)
        try await copy(piece, of: claim, from: file, to: assembler)
      }
    }
  }

  private func copy(
    _ range: Range<Int64>,
    of claim: SegmentPlan.Claim,
    from file: ContentFile,
    to assembler: Assembler
  ) async throws(PullThroughError) {
    await assembler.storage.makeRoom(for: download.takenBytes + Int64(range.count), of: file.size)
    do throws(StoreError) {
      try await lane.run { () throws(StoreError) in
        guard let bytes = FileReading.read(file.descriptor, range, allocator: ByteBufferAllocator()) else {
          throw .contentMissing(download.digest)
        }
        guard download.plan({ $0.accept(bytes.readableBytes, for: claim.segment) }) == bytes.readableBytes else {
          return
        }
        try assembler.write([Assembler.Piece(bytes, at: range.lowerBound)])
      }
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
    if assembler.storage.refusal != nil { try await download.waitUntilPassed() }
  }
}
