import BlockingIO
import Logging
import OCI
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
  case memory(CachedContent)
  /// It is held: the file is whole and verified.
  case file(HeldContent)
}

/// Blobs: from memory, from the disk, or from the download that brings them.
package final class BlobService: Sendable {
  let context: ServiceContext
  private let cache: ContentCache
  let grants: GrantService
  let downloads: DownloadTable
  private let writer: ContentWriter

  init(
    _ context: ServiceContext,
    cache: ContentCache,
    grants: GrantService,
    downloads: DownloadTable,
    writer: ContentWriter
  ) {
    (self.context, self.cache, self.grants) = (context, cache, grants)
    (self.downloads, self.writer) = (downloads, writer)
  }

  /// The blob, if it is held and the repository is known to include it.
  ///
  /// A look into memory or a read of the index, and an `open`: may be called on an event loop.
  /// - Returns: nil when upstream must be asked; see ``blob(_:in:)``.
  func immediate(_ digest: Digest, in repository: Repository) -> BlobAtHand? {
    if let content = cache.find(digest, in: repository) {
      context.store.recordAccess(digest)
      if content.isUnwritten { writer.rewrite(content, as: nil, for: repository) }
      return .memory(content)
    }
    do throws(StoreError) {
      // The index as it is on disk: of content that is only on its way there, there is no file to be opened.
      let found = try context.store.lookUp(digest, grantedTo: repository)
      guard let record = found.record, found.grant != nil else { return nil }
      let file = try HeldContent(digest, record, in: context.store)
      context.store.recordAccess(digest)
      return hotBlob(digest, file, for: repository).map(BlobAtHand.memory) ?? .file(file)
    } catch {
      // The store has told what is lost.
      if !error.isContentLost {
        context.log.warning("held content could not be opened", metadata: ["digest": "\(digest)", "error": "\(error)"])
      }
      return nil
    }
  }

  /// A small blob, from now on in memory; nil if it is not small, or if the disk would have to be waited for.
  private func hotBlob(_ digest: Digest, _ file: HeldContent, for repository: Repository) -> CachedContent? {
    guard file.sizeBytes <= context.limits.maxHotBlobBytes,
      let bytes = PageCache.readAtOnce(0..<file.sizeBytes, of: file.descriptor)
    else { return nil }
    let content = CachedContent(digest: digest, mediaType: .octetStream, bytes: bytes, visibleIn: repository)
    return cache.insert(content, visibleIn: repository)
  }

  /// The blob, held or arriving.
  /// - Throws: ``PullThroughError/blobUnknown(_:_:)`` or ``PullThroughError/denied(_:status:reason:)`` as upstream says
  ///   of this repository, whoever else's copy is held; other cases for upstream's or the store's trouble.
  /// - Parameter wanted: what of it is wanted. Parts that make nothing whole (see ``RangeRequest/completesNothing``) are asked for
  ///   before the rest, or alone, as the upstream's settings say, and are not taken from another upstream's download before
  ///   that is verified.
  func blob(
    _ digest: Digest,
    in repository: Repository,
    _ wanted: RangeRequest = .whole
  ) async throws(PullThroughError) -> BlobAnswer {
    try await blob(digest, in: repository, wanted, sharing: wanted.completesNothing ? .upstream : .everybody)
  }

  private func blob(
    _ digest: Digest,
    in repository: Repository,
    _ wanted: RangeRequest,
    sharing: DownloadTable.Sharing
  ) async throws(PullThroughError) -> BlobAnswer {
    var sharing = sharing
    let part = wanted.completesNothing ? wanted : nil
    // A download that fails for another's sake says nothing about this request: then it is asked for again.
    for _ in 0..<Self.attempts {
      switch try await heldBlob(digest, in: repository, mayAsk: sharing != .repository) {
      case .file(let file): return .file(file)
      case .notShown: sharing = .repository
      case .notHeld: break
      }
      if downloads.isKnownAbsent(digest, in: repository) { throw .blobUnknown(repository, digest) }
      let source = try source(of: digest, in: repository)
      if let answer = try await parts(of: digest, wanted, from: source) { return answer }
      let wish = DownloadTable.Wish(digest: digest, source: source, priority: .client, sharing: sharing, part: part)
      guard let follower = try follow(wish) else { continue }
      let download = follower.download
      if download.repository.upstream != repository.upstream, !(await isWorthFollowing(download)) {
        sharing = .upstream
        continue
      }
      if download.repository != repository {
        guard try await includes(digest, in: source, download) else {
          sharing = .repository
          continue
        }
        download.add(source)
      }
      let wasLate = isLate(download, source.upstream)
      let totalBytes: Int64?
      do throws(PullThroughError) {
        totalBytes = try await head(of: download, from: source.upstream)
      } catch {
        // What was late has failed for those who asked before.
        if Task.isCancelled || !wasLate && isOfConcern(error, of: download, in: repository) { throw error }
        continue
      }
      guard let totalBytes else {
        let reason = "timed out (first byte); its answer is still waited for"
        throw .upstreamTimedOut(repository.upstream, reason: reason, retryAfterSeconds: 1)
      }
      return .following(follower, totalBytes: totalBytes)
    }
    throw .upstreamFailed(repository.upstream, reason: "the download of \(digest) failed for others too")
  }

  /// How often a blob is asked for again when something came in between.
  private static let attempts = 4

  /// Whether a download from another upstream comes along, so that this request's own need not be asked. Waits for a moment
  /// to find out.
  private func isWorthFollowing(_ download: Download) async -> Bool {
    let least = context.limits.leastTransferBytesPerSecond
    let patience = context.limits.secondSourcePatience - (ContinuousClock.now - download.attendance.since)
    guard patience > .zero else { return download.isWorthFollowing(at: .now, least) }
    let deadline = ContinuousClock.now + patience
    _ = await Patience.wait(patience) { try? await download.totalBytes() }
    if download.isWorthFollowing(at: .now, least) { return true }
    guard download.hasBegun else { return false }
    try? await Task.sleep(until: deadline)
    return download.isWorthFollowing(at: .now, least)
  }

  private func source(of digest: Digest, in repository: Repository) throws(PullThroughError) -> DownloadSource {
    let upstream = try context.upstreams.upstream(of: repository, for: .blob(digest))
    return DownloadSource(repository: repository, upstream: upstream, client: ClientKey.current ?? .own)
  }

  /// Whether a download's failure is one that this client's own would have met. One that was begun ahead of clients is
  /// refused a place earlier, and given up when nobody follows and it cannot be kept.
  private func isOfConcern(_ error: PullThroughError, of download: Download, in repository: Repository) -> Bool {
    guard download.repository == repository else { return false }
    switch error {
    // Who is here now was not when it was given up.
    case .abandoned: return false
    case .overloaded, .storeFailed: return download.reason == .client
    case .upstreamUnknown, .upstreamsDisagree, .nameMissing, .repositoryUnknown, .manifestUnknown,
      .manifestAbsenceUnclear, .blobUnknown, .denied, .rateLimited, .upstreamFailed, .upstreamTimedOut,
      .contentMismatch, .manifestRefused, .listTooLong, .busy, .offline:
      return true
    }
  }

  /// The blob's size in bytes, without its content.
  /// - Throws: as ``blob(_:in:)``.
  func size(_ digest: Digest, in repository: Repository) async throws(PullThroughError) -> Int64 {
    let held = try await heldBlob(digest, in: repository)
    if case .file(let file) = held { return file.sizeBytes }
    if let download = downloads.running(digest, for: repository.upstream),
      try grants.isShown(digest, to: repository, in: download),
      let totalBytes = try? await download.totalBytes()
    {
      return totalBytes
    }
    var sharing = DownloadTable.Sharing.repository
    if case .notHeld = held {
      let head = try await grants.askForBlob(digest, in: repository)
      let isShown = await grants.weigh(head, of: digest, in: repository)
      // What arrives for others is of another length, if its length is not what upstream tells.
      let isAlone = downloads.running(digest, for: repository.upstream) == nil
      if let told = head.size, isShown || isAlone { return told }
      if isShown || isAlone { sharing = .everybody }
    }
    switch try await blob(digest, in: repository, .whole, sharing: sharing) {
    case .file(let file): return file.sizeBytes
    case .following(_, let totalBytes): return totalBytes
    }
  }

  private func follow(_ wish: DownloadTable.Wish) throws(PullThroughError) -> Follower? {
    do throws(StoreError) {
      return try downloads.follow(wish)
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
  }
}
