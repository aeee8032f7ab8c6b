import NIOCore
import OCI
import Upstream

/// An upstream's first answer in a transfer, and what of its body has been read.
struct FirstResponse: Sendable {
  enum Body: Sendable {
    /// Nothing: there is too much of it, or nobody knows how much.
    case unread
    /// All of it.
    case whole(ByteBuffer)
    /// What came before it broke off.
    case brokenOff(ByteBuffer, SegmentError)
  }

  let claim: SegmentPlan.Claim
  let transfer: BlobTransfer
  let body: Body

  /// Whether it is only a part that a client wants before the rest.
  var isPart: Bool { claim.range.lowerBound > 0 && transfer.start > 0 }

  /// Where a part was asked for and upstream sends the whole, or does not say of what it is a part: what the transfer begins
  /// with.
  /// - Returns: nil when nothing of the answer is of use.
  func asWhole(of download: Download) -> FirstResponse? {
    if isPart, transfer.totalSize != nil { return self }
    download.plan { $0.end(claim.segment) }
    guard transfer.start == 0, let whole = download.plan({ $0.claimNext() }) else { return nil }
    return FirstResponse(claim: whole, transfer: transfer, body: body)
  }
}

extension Transfer {
  /// Tells followers the length, and fetches the part that one of them wants first beside the rest.
  func begin(with part: FirstResponse, _ assembler: Assembler, _ ahead: RangeFetches) async {
    download.answered(by: part.transfer.endpoint)
    await assembler.storage.consider(part.transfer.totalSize)
    download.begin(totalBytes: part.transfer.totalSize) { ahead.start($0) }
    ahead.start(part.claim, with: part.transfer)
  }
}

extension SegmentFetch {
  /// Asks upstream for the whole content, and reads it if it is small: that needs no file until it is verified, and then
  /// one visit to the disk.
  func open(_ claim: SegmentPlan.Claim) async throws(SegmentError) -> FirstResponse {
    do throws(SegmentError) {
      let transfer = try await request(claim)
      guard let size = transfer.totalSize, size <= limits.maxInMemoryBlobBytes, transfer.start == 0 else {
        return FirstResponse(claim: claim, transfer: transfer, body: .unread)
      }
      return FirstResponse(claim: claim, transfer: transfer, body: await read(transfer, sizeBytes: Int(size)))
    } catch {
      download.plan { $0.end(claim.segment) }
      throw error
    }
  }

  private func read(_ transfer: BlobTransfer, sizeBytes: Int) async -> FirstResponse.Body {
    // Copied, since a piece holds on to a receive buffer many times as large.
    var whole = ByteBufferAllocator().buffer(capacity: sizeBytes)
    do throws(UpstreamError) {
      for try await piece in transfer.body {
        download.attendance.arrived(piece.readableBytes)
        guard whole.readableBytes + piece.readableBytes <= sizeBytes else {
          return .brokenOff(whole, .final(mismatch(Self.tooMuch)))
        }
        whole.writeImmutableBuffer(piece)
      }
    } catch {
      download.attendance.upstreamFailed(error.failure)
      return .brokenOff(whole, .upstream(error))
    }
    guard whole.readableBytes == sizeBytes else {
      return .brokenOff(whole, .upstream(failed(.interrupted("\(whole.readableBytes) of \(sizeBytes) bytes"))))
    }
    return .whole(whole)
  }
}
