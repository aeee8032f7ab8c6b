import Logging
public import OCI
import Store
import Upstream

/// How a blob can be served.
public enum BlobAnswer: Sendable {
  /// It is held: the file is whole and verified.
  case file(HeldContent)
  /// It is arriving: send what is there, and follow.
  case following(Follower, totalBytes: Int64)
}

/// A blob that can be served at once.
public enum BlobAtHand: Sendable {
  /// A small one, lately served.
  case memory(HotContent)
  /// It is held: the file is whole and verified.
  case file(HeldContent)
}

extension PullThrough {
  /// The blob, if it is held and the repository is known to include it.
  ///
  /// A look into memory or a read of the index, and an `open`: may be called on an event loop.
  /// - Returns: nil when upstream must be asked; see ``blob(_:in:)``.
  public func blobAtHand(_ digest: Digest, in repository: Repository) -> BlobAtHand? {
    if let content = hotBlobs.find(digest, in: repository) {
      store.noteAccess(digest)
      if content.isToBeKept { keepAgain(content, as: nil, for: repository) }
      return .memory(content)
    }
    do throws(StoreError) {
      let found = try store.lookUp(digest, grantedTo: repository)
      guard let record = found.record, found.grant != nil else { return nil }
      let file = try HeldContent(digest, record, in: store)
      store.noteAccess(digest)
      return hotBlob(digest, file, for: repository).map(BlobAtHand.memory) ?? .file(file)
    } catch {
      // The store has told what is lost.
      if !error.isContentLost {
        log.warning("held content could not be opened", metadata: ["digest": "\(digest)", "error": "\(error)"])
      }
      return nil
    }
  }

  /// A small blob, from now on in memory; nil if it is not small, or if the disk would have to be waited for.
  private func hotBlob(_ digest: Digest, _ file: HeldContent, for repository: Repository) -> HotContent? {
    guard file.sizeBytes <= limits.maxHotBlobBytes,
      let bytes = PageCache.readAtOnce(0..<file.sizeBytes, of: file.descriptor)
    else { return nil }
    let content = HotContent(digest: digest, mediaType: .octetStream, bytes: bytes, shownTo: repository)
    return hotBlobs.insert(content, shownTo: repository)
  }

  /// The blob, held or arriving.
  /// - Throws: ``PullThroughError/blobUnknown(_:_:)`` or ``PullThroughError/denied(_:status:reason:)`` as upstream says
  ///   of this repository, whoever else's copy is held; other cases for upstream's or the store's trouble.
  public func blob(_ digest: Digest, in repository: Repository) async throws(PullThroughError) -> BlobAnswer {
    // A download that fails for another's sake says nothing about this request: then it is asked for again.
    for _ in 0..<3 {
      if let file = try await heldBlob(digest, in: repository) { return .file(file) }
      let upstream = try upstream(of: repository, for: .blob(digest))
      guard let download = try startDownload(digest, from: repository, with: upstream),
        let follower = download.follow()
      else { continue }
      if download.repository != repository, try !isShown(digest, to: repository, in: download) {
        try await proveBlob(digest, in: repository)
        download.prove(for: repository)
      }
      let totalBytes: Int64?
      do throws(PullThroughError) {
        totalBytes = try await head(of: download, from: upstream)
      } catch {
        if isOfConcern(error, of: download, in: repository) { throw error }
        continue
      }
      guard let totalBytes else {
        let reason = "timed out (first byte); its answer is still waited for"
        throw .upstreamTimedOut(upstream.name, reason: reason, retryAfterSeconds: 1)
      }
      return .following(follower, totalBytes: totalBytes)
    }
    throw .upstreamFailed(repository.upstream, reason: "the download of \(digest) failed for others too")
  }

  /// Whether a download's failure is one that this client's own would have met. One that was begun ahead of clients is
  /// refused a place earlier, and given up when nobody follows and it cannot be kept.
  private func isOfConcern(_ error: PullThroughError, of download: Download, in repository: Repository) -> Bool {
    guard download.repository == repository else { return false }
    switch error {
    case .overloaded, .storeFailed: return download.reason == .client
    default: return true
    }
  }

  /// The blob's size in bytes, without its content.
  /// - Throws: as ``blob(_:in:)``.
  public func blobSize(_ digest: Digest, in repository: Repository) async throws(PullThroughError) -> Int64 {
    if let file = try await heldBlob(digest, in: repository) { return file.sizeBytes }
    if let download = downloads.running(digest), try isShown(digest, to: repository, in: download),
      let totalBytes = try? await download.totalBytes()
    {
      return totalBytes
    }
    if let told = try await proveBlob(digest, in: repository) { return told }
    switch try await blob(digest, in: repository) {
    case .file(let file): return file.sizeBytes
    case .following(_, let totalBytes): return totalBytes
    }
  }

  /// Held content, once it is sure that the repository includes it.
  private func heldBlob(_ digest: Digest, in repository: Repository) async throws(PullThroughError) -> HeldContent? {
    let found: ContentLookup
    do throws(StoreError) {
      found = try pending.lookUp(digest, grantedTo: repository)
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
    guard let record = found.record else { return nil }
    if found.grant == nil { try await proveBlob(digest, in: repository) }
    do throws(StoreError) {
      let file = try HeldContent(digest, record, in: store)
      store.noteAccess(digest)
      return file
    } catch {
      if error.isContentLost {
        await settleIndex()
        return nil
      }
      throw .storeFailed(reason: "\(error)")
    }
  }

  /// Waits until the index has dropped the row of content that is lost, so that whoever looks again finds it missing.
  func settleIndex() async {
    try? await store.write { (_) throws(StoreError) in }
  }

  private func startDownload(
    _ digest: Digest,
    from repository: Repository,
    with upstream: UpstreamClient
  ) throws(PullThroughError) -> Download? {
    do throws(StoreError) {
      return try downloads.joinOrStart(digest, from: repository, with: upstream, priority: .client)
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
  }
}
