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

extension PullThrough {
  /// The blob, if it is held and the repository is known to include it, or if a download of it can be followed.
  ///
  /// A memory read of the index and an `open`: may be called on an event loop.
  /// - Returns: nil when upstream must be asked; see ``blob(_:in:)``.
  public func blobAtHand(_ digest: Digest, in repository: Repository) -> HeldContent? {
    do throws(StoreError) {
      let found = try store.lookUp(digest, grantedTo: repository)
      guard let record = found.record, found.grant != nil else { return nil }
      let file = try store.open(digest, record)
      store.noteAccess(digest)
      return HeldContent(file)
    } catch {
      log.warning("held content could not be opened", metadata: ["digest": "\(digest)", "error": "\(error)"])
      return nil
    }
  }

  /// The blob, held or arriving.
  /// - Throws: ``PullThroughError/blobUnknown(_:_:)`` or ``PullThroughError/denied(_:status:reason:)`` as upstream says
  ///   of this repository, whoever else's copy is held; other cases for upstream's or the store's trouble.
  public func blob(_ digest: Digest, in repository: Repository) async throws(PullThroughError) -> BlobAnswer {
    // A download that fails for another repository's sake says nothing about this one: then it is asked for again.
    for _ in 0..<3 {
      if let file = try await heldBlob(digest, in: repository) { return .file(file) }
      let upstream = try upstream(of: repository, for: .blob(digest))
      guard let download = try startDownload(digest, from: repository, with: upstream),
        let follower = download.follow()
      else { continue }
      if download.repository != repository, try !isShown(digest, to: repository, in: download) {
        _ = try await askForBlob(digest, in: repository)
        download.prove(for: repository)
      }
      do throws(PullThroughError) {
        return .following(follower, totalBytes: try await download.totalBytes())
      } catch {
        if download.repository == repository { throw error }
      }
    }
    throw .upstreamFailed(repository.upstream, reason: "the download of \(digest) failed for other repositories too")
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
    let told = try await askForBlob(digest, in: repository)
    if let told { return told }
    switch try await blob(digest, in: repository) {
    case .file(let file): return file.sizeBytes
    case .following(_, let totalBytes): return totalBytes
    }
  }

  /// Held content, once it is sure that the repository includes it.
  private func heldBlob(_ digest: Digest, in repository: Repository) async throws(PullThroughError) -> HeldContent? {
    let found: ContentLookup
    do throws(StoreError) {
      found = try store.lookUp(digest, grantedTo: repository)
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
    guard let record = found.record else { return nil }
    if found.grant == nil { try await proveBlob(digest, in: repository) }
    do throws(StoreError) {
      let file = try store.open(digest, record)
      store.noteAccess(digest)
      return HeldContent(file)
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
