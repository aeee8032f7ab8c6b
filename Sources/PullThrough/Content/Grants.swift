import Logging
import OCI
import Store
import Upstream

// Content is stored once, but shown only to repositories that upstream has shown it to (docs/security.md): it was fetched
// through the repository, upstream answered a HEAD for exactly that repository and digest with what `HeadEvidence` asks for, or
// an operator brought it in a file. A manifest may name whatever its author likes, so that being named is a hint and no right.

/// Which repositories some content may be shown to.
final class GrantService: Sendable {
  let context: ServiceContext
  let downloads: DownloadTable
  /// What manifests say of what they name.
  let named: SharedNamedSizes
  private let manifestProofs = SingleFlight<RepositoryDigest, ManifestHead>()
  private let blobProofs = SingleFlight<RepositoryDigest, BlobHead>()

  init(_ context: ServiceContext, downloads: DownloadTable, named: SharedNamedSizes) {
    (self.context, self.downloads, self.named) = (context, downloads, named)
  }

  /// Asks upstream whether the repository includes a blob, and remembers what is proven by the answer.
  /// - Returns: whether it is; if not, its answer to HEAD shows nothing, so that a fetch must decide.
  /// - Throws: what upstream says of this repository.
  func proveBlob(_ digest: Digest, in repository: Repository) async throws(PullThroughError) -> Bool {
    await weigh(try await askForBlob(digest, in: repository), of: digest, in: repository)
  }

  /// What upstream's answer to HEAD says of a blob, whether it proves anything or not.
  func askForBlob(_ digest: Digest, in repository: Repository) async throws(PullThroughError) -> BlobHead {
    let upstream = try context.upstreams.upstream(of: repository, for: .blob(digest))
    let key = RepositoryDigest(repository: repository, digest: digest)
    let head = try await blobProofs.run(key) { () async throws(PullThroughError) in
      do throws(UpstreamError) {
        return try await self.context.metrics.counting(.blobHead, of: upstream.name) { () async throws(UpstreamError) in
          try await upstream.headBlob(repository.name, digest)
        }
      } catch {
        throw PullThroughError(error, blob: digest, in: repository)
      }
    }
    if let size = head.size { named.note(digest, size: RemoteSize(clamping: size), in: repository) }
    return head
  }

  /// Remembers that the repository includes a blob, if upstream's answer to HEAD proves it.
  func weigh(_ head: BlobHead, of digest: Digest, in repository: Repository) async -> Bool {
    let download = downloads.running(digest, for: repository.upstream)
    let size = (try? context.store.content(digest)?.size) ?? download?.knownBytes
    guard isProof(HeadEvidence(head, of: digest, size: size), of: digest, in: repository) else { return false }
    download?.prove(for: repository)
    await earn(digest, in: repository)
    return true
  }

  /// Asks upstream whether the repository includes a manifest that is held for another, and remembers what is proven by the
  /// answer.
  /// - Returns: whether it is; if not, its answer to HEAD shows nothing, so that a fetch must decide.
  /// - Throws: what upstream says of this repository.
  func proveManifest(_ digest: Digest, in repository: Repository) async throws(PullThroughError) -> Bool {
    let upstream = try context.upstreams.upstream(of: repository, for: .manifest(.digest(digest)))
    let key = RepositoryDigest(repository: repository, digest: digest)
    let head = try await manifestProofs.run(key) { () async throws(PullThroughError) in
      do throws(UpstreamError) {
        return try await self.context.metrics.counting(.manifestHead, of: upstream.name) {
          () async throws(UpstreamError) in
          try await upstream.headManifest(repository.name, .digest(digest))
        }
      } catch {
        throw PullThroughError(error, manifest: .digest(digest), in: repository)
      }
    }
    let evidence = HeadEvidence(head, of: digest, size: (try? context.store.content(digest))?.size)
    guard isProof(evidence, of: digest, in: repository) else { return false }
    await earn(digest, in: repository)
    return true
  }

  private func isProof(_ evidence: HeadEvidence, of digest: Digest, in repository: Repository) -> Bool {
    guard evidence != .proves else { return true }
    context.log.debug(
      "upstream's answer to HEAD does not show that a repository includes shared content",
      metadata: [
        "digest": "\(digest)", "repository": "\(repository)",
        "because": evidence == .contradicts ? "it tells another digest or length" : "it tells no digest or length",
      ]
    )
    return false
  }

  /// Whether a running download's content is known to belong to the repository already.
  func isShown(_ digest: Digest, to repository: Repository, in download: Download) throws(PullThroughError) -> Bool {
    if download.confirmedRepositories.contains(repository) { return true }
    do throws(StoreError) {
      return try context.pending.lookUp(digest, grantedTo: repository).grant != nil
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
  }

  /// Remembers that upstream has shown the repository some content. Of what is not held there is nothing to remember:
  /// whoever fetches it is shown it by that.
  private func earn(_ digest: Digest, in repository: Repository) async {
    guard
      downloads.running(digest, for: repository.upstream) != nil || (try? context.store.content(digest)) ?? nil != nil
    else { return }
    let grant = GrantRecord(grantedAt: context.clock.now())
    await context.pending.begin(WriteBehindOverlay.Item(repository: repository, grants: [digest: grant])) {
      await self.write(grant, of: digest, to: repository)
    }
  }

  private func write(_ grant: GrantRecord, of digest: Digest, to repository: Repository) async {
    do throws(StoreError) {
      try await context.store.write { (index) throws(StoreError) in _ = try index.grant(repository, digest, grant) }
    } catch {
      // Of a disk that takes nothing an operator has been told already.
      guard context.health.trouble == nil else { return }
      context.log.error("grants could not be kept", metadata: ["repository": "\(repository)", "error": "\(error)"])
    }
  }
}
