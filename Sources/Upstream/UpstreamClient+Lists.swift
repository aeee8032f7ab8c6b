public import OCI

extension UpstreamClient {
  /// All tags of a repository, sorted bytewise, each once (distribution-spec §Listing Tags).
  ///
  /// Follows all pages; what is not a tag is left out.
  /// - Throws: `listTooLong` if there is more than `Limits` allows: a list is never cut short.
  public func listTags(_ name: RepositoryName) async throws(UpstreamError) -> [Tag] {
    do throws(UpstreamFailure) {
      // All pages from one endpoint: a cursor means something only to the one who gave it.
      return try await asking(name) { session throws(UpstreamFailure) in
        try await TagListing(session: session, name: name, settings: settings, limits: limits, memory: memory).run()
      }
    } catch {
      throw describe(error, name)
    }
  }

  /// What refers to `digest` (distribution-spec §Listing Referrers).
  ///
  /// - Returns: `notSupported` if the upstream's answer is that of a registry without such an API.
  /// - Throws: as `listTags`.
  public func listReferrers(_ name: RepositoryName, _ digest: Digest) async throws(UpstreamError) -> ReferrersAnswer {
    do throws(UpstreamFailure) {
      let referrers = try await asking(name) { session throws(UpstreamFailure) in
        try await ReferrersListing(
          session: session,
          name: name,
          digest: digest,
          settings: settings,
          limits: limits,
          memory: memory
        ).run()
      }
      return .referrers(referrers)
    } catch {
      // One endpoint without the API is no more an answer than a 404 is.
      if case .notFound = error { return .notSupported }
      throw describe(error, name)
    }
  }
}
