import BlockingIO
import Logging
import OCI
import Store

/// The file that a transfer's content arrives in.
extension Transfer {
  /// Opens the file that the content arrives in. Blocks.
  func openStaging(of storage: DownloadStorage) {
    guard let staging = storage.openStaging() else { return }
    download.opened(staging)
    guard staging.resumedLength > 0 else { return }
    context.log.info(
      "carrying on with an interrupted download",
      metadata: ["digest": "\(download.digest)", "bytes": "\(staging.resumedLength)"]
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
      let length = download.contiguousEnd(from: 0)
      guard isWorthKeeping, storage.refusal == nil, (try? context.store.setAside(staging, keeping: length)) != nil
      else {
        return staging.discard()
      }
    }
  }
}
