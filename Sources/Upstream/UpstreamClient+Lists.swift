public import OCI

extension UpstreamClient {
  /// All tags of a repository, sorted bytewise, each once (distribution-spec §Listing Tags).
  ///
  /// Follows pages up to `Limits.maxTagsPages` and `Limits.maxTags`; what is not a tag is left out.
  public func listTags(_ name: RepositoryName) async throws(UpstreamError) -> [Tag] {
    do throws(UpstreamFailure) {
      return try await TagListing(client: self, name: name).run()
    } catch {
      throw describe(error, name)
    }
  }

  /// What refers to `digest` (distribution-spec §Listing Referrers).
  ///
  /// - Returns: `notSupported` if the upstream answers 404 or says that it has no such API.
  public func listReferrers(_ name: RepositoryName, _ digest: Digest) async throws(UpstreamError) -> ReferrersAnswer {
    do throws(UpstreamFailure) {
      return try await ReferrersListing(client: self, name: name, digest: digest).run()
    } catch {
      throw describe(error, name)
    }
  }
}
