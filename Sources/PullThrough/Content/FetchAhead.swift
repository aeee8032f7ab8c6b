package import OCI
import Store
import Upstream

extension BlobService {
  /// Fetches a blob that no client waits for, behind all that clients do wait for, and waits until it is kept.
  /// - Parameter whenBegun: called with each download that brings it, if any does.
  /// - Returns: whether the blob was not held before.
  package func fetchAhead(
    _ digest: Digest,
    in repository: Repository,
    whenBegun: (Download) -> Void
  ) async throws(PullThroughError) -> Bool {
    if let isNew = try await fetchAhead(digest, in: repository, .everybody, whenBegun) { return isNew }
    return try await fetchAhead(digest, in: repository, .repository, whenBegun) ?? false
  }

  /// - Returns: whether the blob was not held before; nil where it is held, or was brought by others, and upstream's answer to
  ///   HEAD does not show that this repository includes it.
  private func fetchAhead(
    _ digest: Digest,
    in repository: Repository,
    _ sharing: DownloadTable.Sharing,
    _ whenBegun: (Download) -> Void
  ) async throws(PullThroughError) -> Bool? {
    let upstream = try context.upstreams.upstream(of: repository, for: .blob(digest))
    let download: Download?
    do throws(StoreError) {
      let found = try context.pending.lookUp(digest, grantedTo: repository)
      if found.record != nil, found.grant != nil { return false }
      let source = DownloadSource(repository: repository, upstream: upstream, client: .own)
      download = try downloads.joinOrStart(
        DownloadTable.Wish(digest: digest, source: source, priority: .warming, sharing: sharing)
      )
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
    guard let download else { return try await grants.proveBlob(digest, in: repository) ? false : nil }
    _ = download.attendance.isFirst()
    whenBegun(download)
    try await download.attendance.whenEnded()
    // What another repository's download has brought is not known to be this one's.
    if try grants.isShown(digest, to: repository, in: download) { return true }
    return try await grants.proveBlob(digest, in: repository) ? true : nil
  }
}
