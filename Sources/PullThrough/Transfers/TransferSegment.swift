import Store
import Upstream

/// One request of a transfer's own, in its turn, and what comes of it.
struct TransferSegment: Sendable {
  let fetch: SegmentFetch
  let claim: SegmentPlan.Claim
  /// Upstream's first answer, if this is that.
  let opening: FirstResponse?
  /// Where the transfer has just broken off.
  let avoided: Upstream.Endpoint?

  /// Asks upstream, unless it has answered, and takes in the body.
  func receive(into assembler: Assembler, _ ahead: RangeFetches) async throws(SegmentError) {
    let download = fetch.download
    let transfer = if let opening { opening.transfer } else { try await fetch.request(claim, avoiding: avoided) }
    download.answered(by: transfer.endpoint)
    await assembler.storage.consider(transfer.totalSize)
    begin(with: transfer, ahead)
    if case .brokenOff(let read, let error) = opening?.body {
      try await fetch.copy(read, for: claim, to: assembler)
      throw error
    }
    try await fetch.copy(transfer, for: claim, to: assembler)
    // Without an announced length, the end of the body is the end of the blob.
    if transfer.totalSize == nil { download.plan { $0.tell(totalBytes: $0.received.contiguousEnd(from: 0)) } }
  }

  /// Tells followers the length. What an earlier run left may have come through another repository: where upstream sends the
  /// whole instead of the rest, nothing shows yet that it is the same content, and they wait until the digest does.
  private func begin(with transfer: BlobTransfer, _ ahead: RangeFetches) {
    let download = fetch.download
    let isShown = download.hasBegun || transfer.start > 0 || claim.range.lowerBound <= 1
    if !isShown, let total = transfer.totalSize { download.plan { $0.tell(totalBytes: total) } }
    download.begin(totalBytes: isShown ? transfer.totalSize : nil) { ahead.start($0) }
  }
}
