import OCI

extension PullThrough {
  /// The referrers that the fallback tag `sha256-<hex>` lists. No such tag, or one that is not an index, means none
  /// (distribution-spec §Referrers Tag Schema).
  func fallbackReferrers(
    of subject: Digest,
    in repository: Repository
  ) async throws(PullThroughError) -> [Descriptor] {
    do throws(PullThroughError) {
      let resolved = try await resolve(subject.fallbackTag, in: repository)
      return try parse(resolved.manifest.bytes, resolved.manifest.mediaType).manifests
    } catch .manifestUnknown {
      return []
    }
  }
}
