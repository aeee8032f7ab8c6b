public import OCI
public import Upstream

/// A registry that Berth pulls from, as far as the use cases know it: documents, lists, blobs, and how it stands.
///
/// `UpstreamClient` is the one that speaks HTTP. Every answer is a claim until its bytes have been verified.
public protocol UpstreamRegistry: ContentSource {
  /// All that is configured.
  var settings: UpstreamSettings { get }
  /// Whether it counts GETs of manifests, so that a HEAD, which it does not count, is worth a request of its own.
  var countsPulls: Bool { get }
  /// Whether so few pulls are left that only a client who waits should spend one.
  var isShortOfPulls: Bool { get }
  /// What it has said about how much more may be asked.
  var allowances: [RateAllowance] { get }
  /// Requests for documents that run, and that wait for their turn.
  var askLoad: (running: Int, waiting: Int) { get }
  /// How its endpoints stand, in their order.
  var endpointStates: [EndpointState] { get }

  /// What a tag or digest stands for, without the bytes (distribution-spec §Checking if content exists in the registry).
  func headManifest(_ name: RepositoryName, _ reference: Reference) async throws(UpstreamError) -> ManifestHead
  /// The manifest that a tag or digest stands for (distribution-spec §Pulling manifests).
  func getManifest(_ name: RepositoryName, _ reference: Reference) async throws(UpstreamError) -> FetchedManifest
  /// What it says about a blob without sending it; to say anything is no proof: see ``HeadEvidence``.
  func headBlob(_ name: RepositoryName, _ digest: Digest) async throws(UpstreamError) -> BlobHead
  /// All tags, sorted bytewise (distribution-spec §Listing Tags).
  func listTags(_ name: RepositoryName) async throws(UpstreamError) -> [Tag]
  /// What refers to a digest (distribution-spec §Listing Referrers).
  func listReferrers(_ name: RepositoryName, _ digest: Digest) async throws(UpstreamError) -> ReferrersAnswer
}

extension UpstreamRegistry {
  /// Whoever limits nothing lets nobody wait.
  public var askLoad: (running: Int, waiting: Int) { (0, 0) }

  /// The name by which clients and the store know it.
  public var name: UpstreamName { settings.name }
}

extension UpstreamClient: UpstreamRegistry {
  /// See ``ContentSource/open(_:)``.
  public func open(_ request: ContentRequest) async throws(UpstreamError) -> BlobTransfer {
    try await getBlob(
      request.repository,
      request.digest,
      range: request.range,
      avoiding: request.avoided,
      waitingForHead: request.headPatience,
      whenPaused: request.whenPaused
    )
  }
}
