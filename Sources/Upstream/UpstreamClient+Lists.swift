public import OCI

extension UpstreamClient {
  /// All tags of a repository, sorted bytewise, each once (distribution-spec §Listing Tags).
  ///
  /// Follows pages up to `Limits.maxTagsPages` and `Limits.maxTags`; what is not a tag is left out.
  public func listTags(_ name: RepositoryName) async throws(UpstreamError) -> [Tag] {
    do throws(UpstreamFailure) {
      // All pages from one endpoint: a cursor means something only to the one who gave it.
      return try await asking(name) { session throws(UpstreamFailure) in
        try await TagListing(session: session, name: name, timeout: settings.timeouts.document, limits: limits).run()
      }
    } catch {
      throw describe(error, name)
    }
  }

  /// What refers to `digest` (distribution-spec §Listing Referrers).
  ///
  /// - Returns: `notSupported` if the upstream answers 404 or says that it has no such API.
  public func listReferrers(_ name: RepositoryName, _ digest: Digest) async throws(UpstreamError) -> ReferrersAnswer {
    do throws(UpstreamFailure) {
      let descriptors = try await asking(name) { session throws(UpstreamFailure) in
        try await ReferrersListing(
          session: session,
          name: name,
          digest: digest,
          timeout: settings.timeouts.document,
          limits: limits
        ).run()
      }
      return .descriptors(descriptors)
    } catch {
      // One endpoint without the API is no more an answer than a 404 is.
      if case .notFound = error { return .notSupported }
      throw describe(error, name)
    }
  }
}
