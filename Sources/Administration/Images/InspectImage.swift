public import OCI
import PullThrough
import Store
import Upstream

/// Everything that Berth knows of one image.
public struct ImageDetails: Sendable {
  /// What a tag named, and until when. Times are seconds since 1970.
  public struct Move: Sendable {
    /// What it named.
    public var digest: Digest
    /// When it was first seen with that digest.
    public var fetchedAt: Int64
    /// When another took its place.
    public var replacedAt: Int64
  }

  /// Repository and tag or digest.
  public var name: ImageName
  /// What it stands for.
  public var digest: Digest
  /// When the tag was first seen with this digest, in seconds since 1970; nil for a digest.
  public var fetchedAt: Int64?
  /// When the upstream last confirmed the tag, in seconds since 1970; nil for a digest, and for a tag that an archive
  /// brought and no upstream has confirmed.
  public var checkedAt: Int64?
  /// Whether the tag would be answered without asking the upstream.
  public var isFresh: Bool
  /// What is held of it.
  public var contents: ImageContents
  /// When its manifest was last served or written, in seconds since 1970.
  public var lastAccess: Int64?
  /// What refers to it, as the upstream last said.
  public var referrers: [Descriptor]
  /// When the upstream said so, in seconds since 1970; nil if it was never asked.
  public var referrersCheckedAt: Int64?
  /// Tags of the repository that tools name after this digest: signatures, attestations, bills of materials.
  public var attachedTags: [Tag]
  /// What keeps it from eviction.
  public var pins: [Pin]
  /// What the tag named before, the latest first.
  public var history: [Move]
  /// Whether a bundle or another archive brought the tag with this digest.
  public var isImported: Bool
  /// Where its upstream's content is fetched from.
  public var endpoints: [String]
}

extension ImageService {
  /// What is known of an image. Asks no upstream.
  /// - Throws: ``OperationError/notHeld(_:)`` for a tag that is not known, and a digest that is not held for the
  ///   repository.
  public func details(of name: ImageName) async throws(OperationError) -> ImageDetails {
    await pullThrough.flush()
    let repository = name.repository
    let (digest, tag, history) = try identify(name)
    let (store, contents) = (pullThrough.store, try await graph.describedContents(of: digest))
    let pins = try pins.all().filter { $0.pattern.matches(name) }
    do throws(StoreError) {
      let known = try store.tags(in: repository).map(\.0)
      let referrers = try store.referrers(repository, subject: digest)
      return ImageDetails(
        name: name,
        digest: digest,
        fetchedAt: tag?.fetchedAt,
        checkedAt: tag?.confirmedAt,
        isFresh: tag.map { pullThrough.tagService.isFresh($0, in: repository) } ?? true,
        contents: contents,
        lastAccess: try store.content(digest)?.lastAccess,
        referrers: referrers?.referrers.map(\.descriptor) ?? [],
        referrersCheckedAt: referrers?.checkedAt,
        attachedTags: known.filter { $0.description.hasPrefix("\(digest.fallbackTag)") },
        pins: pins,
        history: history.map { .init(digest: $0.digest, fetchedAt: $0.fetchedAt, replacedAt: $0.replacedAt) },
        isImported: tag.map { $0.origin != .upstream } ?? false,
        endpoints: pullThrough.upstreams[repository.upstream]?.settings.endpoints.map { "\($0)" } ?? []
      )
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
  }

  private func identify(_ name: ImageName) throws(OperationError) -> (Digest, TagRecord?, [TagMove]) {
    let store = pullThrough.store
    do throws(StoreError) {
      switch name.reference {
      case .digest(let digest):
        let found = try store.lookUp(digest, grantedTo: name.repository)
        if found.record != nil, found.grant != nil { return (digest, nil, []) }
      case .tag(let tag):
        let history = try store.history(name.repository, tag)
        if let record = try store.tag(name.repository, tag) { return (record.digest, record, history) }
      }
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
    throw .notHeld("\(name) is not held; `berth ls` shows what is, `berth warm` fetches it")
  }
}
