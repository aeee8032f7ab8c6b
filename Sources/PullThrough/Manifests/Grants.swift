import Logging
import OCI
import Store
import Upstream

// Content is stored once, but shown only to repositories that upstream has shown it to (security.md F20): it was fetched
// through the repository, upstream answered a HEAD for exactly that repository and digest, or an operator brought it in a
// file. A manifest may name whatever its author likes, so that being named is a hint and no right.

extension PullThrough {
  /// Makes sure, by asking upstream, that the repository includes a blob, and remembers it.
  /// - Returns: its size in bytes, if upstream says.
  /// - Throws: what upstream says of this repository.
  @discardableResult
  func proveBlob(_ digest: Digest, in repository: Repository) async throws(PullThroughError) -> Int64? {
    let size = try await askForBlob(digest, in: repository)
    if let size { named.note(digest, size: RemoteSize(clamping: size), in: repository) }
    downloads.running(digest, for: repository.upstream)?.prove(for: repository)
    await earn(digest, in: repository)
    return size
  }

  /// Asks upstream whether the repository includes a blob.
  /// - Returns: its size in bytes, if upstream says.
  private func askForBlob(_ digest: Digest, in repository: Repository) async throws(PullThroughError) -> Int64? {
    let upstream = try upstream(of: repository, for: .blob(digest))
    let key = RepositoryDigest(repository: repository, digest: digest)
    return try await blobProofs.run(key) { () async throws(PullThroughError) in
      do throws(UpstreamError) {
        return try await self.metrics.counting(.blobHead, of: upstream.name) { () async throws(UpstreamError) in
          try await upstream.headBlob(repository.name, digest)
        }
      } catch {
        throw PullThroughError(error, blob: digest, in: repository)
      }
    }
  }

  /// Makes sure, by asking upstream, that the repository includes a manifest that is held for another, and remembers it.
  /// - Throws: what upstream says of this repository, or that its answer to HEAD says nothing, so that a fetch must decide.
  func proveManifest(_ digest: Digest, in repository: Repository) async throws(PullThroughError) {
    let upstream = try upstream(of: repository, for: .manifest(.digest(digest)))
    let key = RepositoryDigest(repository: repository, digest: digest)
    _ = try await manifestProofs.run(key) { () async throws(PullThroughError) in
      do throws(UpstreamError) {
        _ = try await self.metrics.counting(.manifestHead, of: upstream.name) { () async throws(UpstreamError) in
          try await upstream.headManifest(repository.name, .digest(digest))
        }
        return true
      } catch {
        throw PullThroughError(error, manifest: .digest(digest), in: repository)
      }
    }
    await earn(digest, in: repository)
  }

  /// Whether a running download's content is known to belong to the repository already.
  func isShown(_ digest: Digest, to repository: Repository, in download: Download) throws(PullThroughError) -> Bool {
    if download.provenFor.contains(repository) { return true }
    do throws(StoreError) {
      return try pending.lookUp(digest, grantedTo: repository).grant != nil
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
  }

  /// Remembers that upstream has shown the repository some content. Of what is not held there is nothing to remember:
  /// whoever fetches it is shown it by that.
  private func earn(_ digest: Digest, in repository: Repository) async {
    guard downloads.running(digest, for: repository.upstream) != nil || (try? store.content(digest)) ?? nil != nil
    else { return }
    let grant = GrantRecord(grantedAt: clock.now())
    await pending.begin(PendingKnowledge.Item(repository: repository, grants: [digest: grant])) {
      await self.write(grant, of: digest, to: repository)
    }
  }

  private func write(_ grant: GrantRecord, of digest: Digest, to repository: Repository) async {
    do throws(StoreError) {
      try await store.write { (index) throws(StoreError) in _ = try index.grant(repository, digest, grant) }
    } catch {
      // Of a disk that takes nothing an operator has been told already.
      guard keeping.trouble == nil else { return }
      log.error("grants could not be kept", metadata: ["repository": "\(repository)", "error": "\(error)"])
    }
  }
}
