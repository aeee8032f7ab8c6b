public import NIOCore
public import OCI
import Synchronization

/// A verified manifest in memory, ready to be served.
public final class HotManifest: Sendable {
  /// The digest of ``bytes``.
  public let digest: Digest
  /// The type to serve it under.
  public let mediaType: MediaType
  /// Verbatim, as the upstream sent it.
  public let bytes: ByteBuffer
  /// Repositories known to include it: kept here so that a hit needs no look-up, and so that a manifest which the
  /// store could not keep can be served all the same.
  private let shownTo: Mutex<Set<Repository>>
  fileprivate let lastUse = Atomic<UInt64>(0)

  init(digest: Digest, mediaType: MediaType, bytes: ByteBuffer, shownTo repository: Repository) {
    self.digest = digest
    self.mediaType = mediaType
    self.bytes = bytes
    shownTo = Mutex([repository])
  }

  func isShown(to repository: Repository) -> Bool { shownTo.withLock { $0.contains(repository) } }

  func show(to repository: Repository) { shownTo.withLock { _ = $0.insert(repository) } }
}

/// The manifests served lately, up to a number of bytes. The least recently used give way, a tenth at a time, so that
/// looking for them costs next to nothing for each.
final class HotManifests: Sendable {
  private struct Entries {
    var byDigest: [Digest: HotManifest] = [:]
    var totalBytes = 0
  }

  private let entries = Mutex(Entries())
  private let uses = Atomic<UInt64>(0)
  private let maxBytes: Int

  init(maxBytes: Int) {
    self.maxBytes = maxBytes
  }

  subscript(digest: Digest) -> HotManifest? {
    guard let manifest = entries.withLock({ $0.byDigest[digest] }) else { return nil }
    manifest.lastUse.store(uses.wrappingAdd(1, ordering: .relaxed).newValue, ordering: .relaxed)
    return manifest
  }

  /// Keeps a manifest; one that is there already stays, and is shown to the new one's repository too.
  @discardableResult
  func insert(_ manifest: HotManifest, shownTo repository: Repository) -> HotManifest {
    manifest.lastUse.store(uses.wrappingAdd(1, ordering: .relaxed).newValue, ordering: .relaxed)
    return entries.withLock { entries in
      if let known = entries.byDigest[manifest.digest] {
        known.show(to: repository)
        return known
      }
      entries.byDigest[manifest.digest] = manifest
      entries.totalBytes += manifest.bytes.readableBytes
      if entries.totalBytes > maxBytes { shrink(&entries) }
      return manifest
    }
  }

  func remove(_ digest: Digest) {
    entries.withLock { entries in
      guard let removed = entries.byDigest.removeValue(forKey: digest) else { return }
      entries.totalBytes -= removed.bytes.readableBytes
    }
  }

  private func shrink(_ entries: inout Entries) {
    let oldestFirst = entries.byDigest.values.sorted {
      $0.lastUse.load(ordering: .relaxed) < $1.lastUse.load(ordering: .relaxed)
    }
    for manifest in oldestFirst {
      guard entries.totalBytes > maxBytes / 10 * 9 else { return }
      entries.byDigest[manifest.digest] = nil
      entries.totalBytes -= manifest.bytes.readableBytes
    }
  }
}
