import OCI
import Upstream

/// Parts of blobs from upstreams of which only what was asked for is fetched (`lazy: ranges`).
extension BlobService {
  /// Parts of a blob, fetched for this request alone.
  /// - Returns: nil when the whole is to be fetched: nobody says how long it is, what is asked for is the whole, or upstream
  ///   serves no ranges.
  func parts(
    of digest: Digest,
    _ wanted: RangeRequest,
    from source: DownloadSource
  ) async throws(PullThroughError) -> BlobAnswer? {
    guard source.upstream.settings.lazy == .ranges, wanted.isBounded,
      !downloads.isRunning(digest, from: source.upstream.name)
    else { return nil }
    let repository = source.repository
    var size = downloads.named.size(of: digest, in: repository)?.bytes
    if size == nil, wanted.firstRange(of: nil) == nil {
      size = try await grants.askForBlob(digest, in: repository).size
    }
    if let size, wanted.parts(of: size) == nil { return nil }
    guard let first = wanted.firstRange(of: size),
      let follower = downloads.followParts(of: digest, wanted, first: first, from: source)
    else { return nil }
    do throws(PullThroughError) {
      guard let totalBytes = try await head(of: follower.download, from: source.upstream) else {
        let reason = "timed out (first byte)"
        throw .upstreamTimedOut(repository.upstream, reason: reason, retryAfterSeconds: 1)
      }
      guard let parts = wanted.parts(of: totalBytes) else { return nil }
      follower.sendsOnly(parts)
      return .following(follower, totalBytes: totalBytes)
    } catch {
      // Given up for another way to fetch it.
      if case .abandoned = error, !Task.isCancelled { return nil }
      throw error
    }
  }
}
