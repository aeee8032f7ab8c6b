import Store
import Upstream

/// One request of a transfer's own, in its turn, and what comes of it.
struct TransferSegment: Sendable {
  let fetch: SegmentFetch
  let claim: SegmentPlan.Claim
  /// Upstream's first answer, if this is that.
  let opening: Opening?
  /// Where the transfer has just broken off.
  let avoided: Upstream.Endpoint?

  /// Asks upstream, unless it has answered, and takes in the body.
  func receive(into assembler: Assembler, _ ahead: AheadFetches) async throws(SegmentBreak) {
    let download = fetch.download
    let transfer = if let opening { opening.transfer } else { try await fetch.request(claim, avoiding: avoided) }
    download.answered(by: transfer.endpoint)
    await assembler.keeping.consider(transfer.totalSize)
    download.begin(totalBytes: transfer.totalSize) { ahead.start($0) }
    if case .brokenOff(let read, let error) = opening?.body {
      try await fetch.copy(read, for: claim, to: assembler)
      throw error
    }
    try await fetch.copy(transfer, for: claim, to: assembler)
    // Without an announced length, the end of the body is the end of the blob.
    if transfer.totalSize == nil { download.plan { $0.tell(totalBytes: $0.received.contiguousEnd(from: 0)) } }
  }
}
