import OCI
import Upstream

extension BlobService {
  /// The length of what arrives, once upstream has answered.
  ///
  /// A client is told to ask again when upstream takes longer than `UpstreamTimeouts.firstByte`: containerd gives up by
  /// itself after 30 seconds, and would ask again from the beginning. What upstream is asked for goes on being waited for,
  /// so that the next request finds it. While the download waits for a place of ours, clients wait with it.
  ///
  /// - Returns: nil if the client is to ask again, while the download goes on.
  /// - Throws: the download's failure.
  func head(of download: Download, from upstream: any UpstreamRegistry) async throws(PullThroughError) -> Int64? {
    let patience = upstream.settings.timeouts.firstByte + Self.headGrace
    let begin = ContinuousClock.now
    // The connection may be lost, which nobody would hear of; should upstream just be slow, the first answer is taken.
    if isLate(download, upstream) { download.attendance.askAgain() }
    let head = Task { await Result { () async throws(PullThroughError) in try await download.totalBytes() } }
    // A client that has gone leaves its place in line.
    let answer = await withTaskCancellationHandler {
      await wait(for: head, of: download, since: begin, patience)
    } onCancel: {
      head.cancel()
    }
    return try answer?.get()
  }

  /// Whether clients of a download have been told to ask again, since upstream has not answered yet.
  func isLate(_ download: Download, _ upstream: any UpstreamRegistry) -> Bool {
    guard !download.hasBegun, let asked = download.attendance.askedAt else { return false }
    return ContinuousClock.now - asked >= upstream.settings.timeouts.firstByte + Self.headGrace
  }

  private func wait(
    for head: Task<Result<Int64, PullThroughError>, Never>,
    of download: Download,
    since begin: ContinuousClock.Instant,
    _ patience: Duration
  ) async -> Result<Int64, PullThroughError>? {
    var wait = patience
    while true {
      if let answer = await Patience.wait(wait, for: { await head.value }) { return answer }
      guard let asked = download.attendance.askedAt else { continue }
      wait = max(asked, begin) + patience - ContinuousClock.now
      if wait <= .zero { return nil }
    }
  }

  /// An upstream's own failure, should it come just then, says more.
  private static let headGrace: Duration = .milliseconds(250)
}
