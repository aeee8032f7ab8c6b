import OCI
import Store
import Upstream

/// What is held, or arrives, for one repository is shown for another once that is known to include it.
extension BlobService {
  enum HeldBlob {
    case file(HeldContent)
    case notHeld
    /// It is held for others, and upstream's answer to HEAD does not show that this repository includes it.
    case notShown
  }

  /// Held content, once it is sure that the repository includes it.
  /// - Parameter mayAsk: whether upstream is asked where that is not known.
  func heldBlob(
    _ digest: Digest,
    in repository: Repository,
    mayAsk: Bool = true
  ) async throws(PullThroughError) -> HeldBlob {
    let found: ContentLookup
    do throws(StoreError) {
      found = try context.pending.lookUp(digest, grantedTo: repository)
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
    guard let record = found.record else { return .notHeld }
    if found.grant == nil {
      // Its own download shows it soon.
      guard mayAsk, !downloads.isRunning(digest, in: repository), try await grants.proveBlob(digest, in: repository)
      else {
        return .notShown
      }
    }
    do throws(StoreError) {
      let file = try HeldContent(digest, record, in: context.store)
      context.store.recordAccess(digest)
      return .file(file)
    } catch {
      if error.isContentLost {
        await context.pending.waitForIndex()
        return .notHeld
      }
      throw .storeFailed(reason: "\(error)")
    }
  }

  /// Whether the source's repository includes what another's download brings; asks upstream, unless that is known.
  func includes(
    _ digest: Digest,
    in source: DownloadSource,
    _ download: Download
  ) async throws(PullThroughError) -> Bool {
    let repository = source.repository
    if try grants.isShown(digest, to: repository, in: download) { return true }
    let head = try await grants.askForBlob(digest, in: repository)
    if head.digest == nil, head.size != nil, download.knownBytes == nil {
      // Two lengths can be compared once both are known.
      _ = await Patience.wait(source.upstream.settings.timeouts.firstByte) { try? await download.totalBytes() }
    }
    return await grants.weigh(head, of: digest, in: repository)
  }
}
