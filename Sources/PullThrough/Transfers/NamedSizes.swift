import DequeModule
import OCI
import Synchronization

/// How long content is, as manifests of late say that name it. Pure.
///
/// To be named is a hint about what will be asked for and how much room it needs, and no right to anything: see
/// ``PullThrough/earn(_:in:)``. So it is kept in memory alone, and of the latest manifests only.
struct NamedSizes {
  private var sizes: [RepositoryDigest: RemoteSize] = [:]
  private var order: Deque<RepositoryDigest> = []
  private let maxCount: Int

  /// - Parameter maxCount: most contents to know of; the oldest are forgotten.
  init(maxCount: Int) { self.maxCount = maxCount }

  /// How long the content is; nil if no manifest of the repository has said it lately.
  func size(of digest: Digest, in repository: Repository) -> RemoteSize? {
    sizes[RepositoryDigest(repository: repository, digest: digest)]
  }

  /// A manifest of the repository, or an answer of its upstream, says that the content is that long.
  mutating func note(_ digest: Digest, size: RemoteSize, in repository: Repository) {
    let key = RepositoryDigest(repository: repository, digest: digest)
    if sizes.updateValue(size, forKey: key) == nil { order.append(key) }
    if order.count > maxCount, let oldest = order.popFirst() { sizes[oldest] = nil }
  }
}

/// ``NamedSizes`` that all requests share.
final class SharedNamedSizes: Sendable {
  private let sizes: Mutex<NamedSizes>

  init(maxCount: Int = 32_768) { sizes = Mutex(NamedSizes(maxCount: maxCount)) }

  /// See ``NamedSizes/size(of:in:)``.
  func size(of digest: Digest, in repository: Repository) -> RemoteSize? {
    sizes.withLock { $0.size(of: digest, in: repository) }
  }

  /// See ``NamedSizes/note(_:size:in:)``.
  func note(_ digest: Digest, size: RemoteSize, in repository: Repository) {
    sizes.withLock { $0.note(digest, size: size, in: repository) }
  }

  /// Notes everything that a manifest names.
  func note(_ manifest: Manifest, in repository: Repository) {
    let referenced = manifest.referenced
    sizes.withLock { sizes in
      for child in referenced { sizes.note(child.digest, size: child.size, in: repository) }
    }
  }
}
