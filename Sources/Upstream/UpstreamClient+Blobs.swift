public import OCI

extension UpstreamClient {
  /// Asks whether the repository has a blob, and what the upstream says of it.
  ///
  /// A HEAD that is answered with 4xx says little: storage refuses it for links that are signed for GET, and some
  /// registries do not know it. Then a GET of the first byte tells.
  public func headBlob(_ name: RepositoryName, _ digest: Digest) async throws(UpstreamError) -> BlobHead {
    do throws(UpstreamFailure) {
      return try await asking(name) { session throws(UpstreamFailure) in
        do throws(UpstreamFailure) {
          let response = try await session.send(.blob(.head, name, digest))
          try await response.requireSuccess(limits: limits)
          await response.discard()
          return BlobHead(digest: response.declaredDigest, size: response.contentLength)
        } catch {
          guard error.leavesMuchToGET else { throw error }
        }
        return try await headByFirstByte(name, digest, session)
      }
    } catch {
      throw describe(error, name)
    }
  }

  private func headByFirstByte(_ name: RepositoryName, _ digest: Digest, _ session: EndpointSession)
    async throws(UpstreamFailure) -> BlobHead
  {
    let range = BlobRange.bytes(0..<1)
    let response = try await session.send(.blob(.get, name, digest, range: range))
    do throws(UpstreamFailure) {
      try await response.requireSuccess(limits: limits, accepting: [200, 206])
    } catch .rangeNotSatisfiable(let size) where size == 0 {
      return BlobHead(digest: nil, size: 0)
    }
    let size = try BlobExtent(of: response, asked: range, limits: limits).totalSize
    await response.discard()
    return BlobHead(digest: response.declaredDigest, size: size)
  }

  /// Begins to fetch a blob (distribution-spec §Pulling blobs). The bytes are not verified.
  ///
  /// - Parameters:
  ///   - range: what is wanted. An upstream may send the whole instead; see `BlobTransfer.start`.
  ///   - endpoint: where a transfer of it has just broken off: the others are asked first.
  ///   - patience: how long the head of the answer is waited for at the last endpoint; nil for `UpstreamTimeouts.firstByte`.
  ///   - whenPaused: called when nothing is asked for the moment, since a limit is waited out: with true, and with false when
  ///     the upstream is asked again.
  public func getBlob(
    _ name: RepositoryName,
    _ digest: Digest,
    range: BlobRange = .whole,
    avoiding endpoint: Endpoint? = nil,
    waitingForHead patience: Duration? = nil,
    whenPaused: (@Sendable (Bool) -> Void)? = nil
  ) async throws(UpstreamError) -> BlobTransfer {
    do throws(UpstreamFailure) {
      return try await transferring(avoiding: endpoint, waitingForHead: patience, whenPaused) {
        session throws(UpstreamFailure) in
        let response = try await session.send(.blob(.get, name, digest, range: range))
        try await response.requireSuccess(limits: limits, accepting: [200, 206])
        let extent = try BlobExtent(of: response, asked: range, limits: limits)
        return BlobTransfer(
          start: extent.start,
          length: extent.length,
          totalSize: extent.totalSize,
          endpoint: session.endpoint,
          body: UpstreamBody(pieces: response.pieces) { [self] in describe($0, name) }
        )
      }
    } catch {
      throw describe(error, name)
    }
  }
}

extension UpstreamFailure {
  /// Whether a GET may well fare better than the HEAD that failed so.
  fileprivate var leavesMuchToGET: Bool {
    switch self {
    case .notFound, .absenceUnclear: true
    case .failed(let status, _): (400..<500).contains(status) || status == 501
    case .denied, .rateLimited, .resting, .unreachable, .timedOut, .tlsFailed, .interrupted, .rangeNotSatisfiable,
      .tooLarge, .listTooLong, .protocolViolation, .realmRefused, .redirectRefused, .credentialUnavailable,
      .memoryUsedUp, .overloaded, .unanswered, .cancelled:
      false
    }
  }
}
