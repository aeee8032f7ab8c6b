import Logging
import OCI
import Store
import Upstream

// Content is stored once, but shown only to repositories that are known to include it (security.md F20). That is known
// from upstream's answer for exactly that repository and digest, or from a manifest that belongs to the repository.

extension PullThrough {
  /// Makes sure, by asking upstream, that the repository includes a blob, and remembers it.
  /// - Returns: its size in bytes, if upstream says.
  /// - Throws: what upstream says of this repository.
  @discardableResult
  func proveBlob(_ digest: Digest, in repository: Repository) async throws(PullThroughError) -> Int64? {
    let size = try await askForBlob(digest, in: repository)
    await grant([(digest, size.map { RemoteSize(clamping: $0) })], to: repository)
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

  /// Whether upstream says that the repository includes a manifest that is held for another.
  /// - Returns: false when a fetch must decide, because upstream's answer to HEAD says nothing.
  func proven(manifest digest: Digest, in repository: Repository) async -> Bool {
    guard let upstream = try? upstream(of: repository, for: .manifest(.digest(digest))) else { return false }
    let key = RepositoryDigest(repository: repository, digest: digest)
    let answer = try? await manifestProofs.run(key) { () async throws(PullThroughError) in
      do throws(UpstreamError) {
        _ = try await self.metrics.counting(.manifestHead, of: upstream.name) { () async throws(UpstreamError) in
          try await upstream.headManifest(repository.name, .digest(digest))
        }
        return true
      } catch {
        throw PullThroughError(error, manifest: .digest(digest), in: repository)
      }
    }
    return answer == true
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

  /// Shows a manifest, and all that it names, to a repository that upstream says includes it.
  func grant(_ manifest: Manifest, _ digest: Digest, to repository: Repository) async {
    await grant([(digest, nil)] + manifest.referenced.map { ($0.digest, $0.size) }, to: repository)
  }

  private func grant(_ contents: [(digest: Digest, size: RemoteSize?)], to repository: Repository) async {
    let now = clock.now()
    var grants: [Digest: GrantRecord] = [:]
    for (digest, size) in contents { grants[digest] = GrantRecord(expectedSize: size, grantedAt: now) }
    await pending.begin(PendingKnowledge.Item(repository: repository, grants: grants)) { [grants] in
      await self.write(grants, of: repository)
    }
  }

  private func write(_ grants: [Digest: GrantRecord], of repository: Repository) async {
    do throws(StoreError) {
      try await store.write { (index) throws(StoreError) in
        for (digest, grant) in grants { try index.grant(repository, digest, grant) }
      }
    } catch {
      // Of a disk that takes nothing an operator has been told already.
      guard keeping.trouble == nil else { return }
      log.error("grants could not be kept", metadata: ["repository": "\(repository)", "error": "\(error)"])
    }
  }
}
