import NIOCore
import OCI

extension ReferrerService {
  /// The referrers that the fallback tag `sha256-<hex>` lists. No such tag, or one that is not an index, means none
  /// (distribution-spec §Referrers Tag Schema); and so does the subject itself, which some registries answer with: the
  /// images of an index do not refer to it.
  func fallbackReferrers(
    of subject: Digest,
    in repository: Repository
  ) async throws(PullThroughError) -> (referrers: [Referrer], warning: WarningHeader?) {
    do throws(PullThroughError) {
      let resolved = try await tags.resolve(subject.fallbackTag, in: repository)
      return (listed(in: resolved.manifest, to: subject), resolved.warning)
    } catch {
      if error.saysThatAManifestIsMissing { return ([], nil) }
      throw error
    }
  }

  private func listed(in manifest: CachedContent, to subject: Digest) -> [Referrer] {
    let limits = context.limits
    return manifest.bytes.withUnsafeReadableBytes { bytes in
      guard Digest.of(bytes, subject.algorithm) != subject else { return [] }
      let list = try? ReferrersDocument.parse(bytes, declared: manifest.mediaType, limits: limits)
      return list?.referrers ?? []
    }
  }
}
