import BlockingIO
import Logging
import OCI
import Store
import Upstream

/// The file that a transfer's content arrives in.
extension Transfer {
  /// Opens the file that the content arrives in. Blocks.
  func openStaging(of storage: DownloadStorage) {
    guard let staging = storage.openStaging() else { return }
    download.opened(staging)
    guard staging.resumed.total > 0 else { return }
    context.log.info(
      "carrying on with an interrupted download",
      metadata: ["digest": "\(download.digest)", "bytes": "\(staging.resumed.total)"]
    )
  }

  /// Keeps what has arrived for the next download of this content, unless it is known to be wrong, or cannot be kept.
  func putAside(_ storage: DownloadStorage, because error: PullThroughError) async {
    let isWorthKeeping =
      switch error {
      case .contentMismatch: false
      case .abandoned: true
      case .upstreamUnknown, .upstreamsDisagree, .nameMissing, .repositoryUnknown, .manifestUnknown,
        .manifestAbsenceUnclear, .blobUnknown, .denied, .rateLimited, .upstreamFailed, .upstreamTimedOut,
        .manifestRefused, .listTooLong, .overloaded, .busy, .offline, .storeFailed:
        error.isUpstreamTrouble
      }
    // On the lane, where the file may still have to be opened before.
    await lane.run {
      guard let staging = storage.staging else { return }
      let (received, total) = download.plan { ($0.received, $0.totalBytes) }
      guard isWorthKeeping, storage.refusal == nil,
        (try? context.store.suspend(staging, received: received, of: total, from: upstream.name)) != nil
      else { return staging.discard() }
    }
  }
}
