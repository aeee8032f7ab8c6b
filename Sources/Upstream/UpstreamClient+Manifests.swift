public import OCI

extension UpstreamClient {
  /// Asks what `reference` is, without its bytes (distribution-spec §Checking if content exists in the registry).
  ///
  /// Docker Hub does not count this as a pull.
  public func headManifest(_ name: RepositoryName, _ reference: Reference) async throws(UpstreamError) -> ManifestHead {
    do throws(UpstreamFailure) {
      return try await asking(name) { session throws(UpstreamFailure) in
        let response = try await session.send(.manifest(.head, name, reference))
        try await response.requireSuccess(limits: limits)
        await response.discard()
        return ManifestHead(
          digest: response.declaredDigest,
          mediaType: response.mediaType,
          size: response.contentLength
        )
      }
    } catch {
      throw describe(error, name)
    }
  }

  /// Fetches the manifest that `reference` names (distribution-spec §Pulling manifests). The bytes are not verified.
  public func getManifest(_ name: RepositoryName, _ reference: Reference) async throws(UpstreamError) -> FetchedManifest
  {
    do throws(UpstreamFailure) {
      return try await asking(name) { session throws(UpstreamFailure) in
        let response = try await session.send(.manifest(.get, name, reference))
        try await response.requireSuccess(limits: limits)
        let document = try await response.collectDocument(
          upTo: limits.maxManifestBytes,
          within: settings.timeouts.document,
          memory: memory
        )
        try response.requireDocument(document.bytes)
        return FetchedManifest(
          bytes: document.bytes,
          mediaType: response.mediaType,
          declaredDigest: response.declaredDigest,
          reservation: document.reservation
        )
      }
    } catch {
      throw describe(error, name)
    }
  }
}
