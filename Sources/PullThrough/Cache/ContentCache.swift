import NIOCore
import OCI
import Synchronization

/// Recently served contents, up to a number of bytes, evicted by CLOCK.
///
/// An entry that was used since the hand last passed stays for another turn; the next that was not is evicted. Insertion costs
/// the same however many entries there are, and a hit marks its entry and reorders nothing.
final class ContentCache: Sendable {
  /// What a content costs beside its bytes, about.
  private static let overheadBytes = 512

  private struct Ring {
    var places: [Digest: Int] = [:]
    var contents: [CachedContent] = []
    var hand = 0
    var totalBytes = 0
  }

  private let ring = Mutex(Ring())
  private let maxBytes: Int

  init(maxBytes: Int) {
    self.maxBytes = maxBytes
  }

  /// The content, if it is in memory and known to belong to the repository.
  func find(_ digest: Digest, in repository: Repository) -> CachedContent? {
    let found = ring.withLock { ring in ring.places[digest].map { ring.contents[$0] } }
    guard let found, found.isShown(to: repository) else { return nil }
    found.markUsed()
    return found
  }

  /// Keeps a content; one that is there already stays, and is shown to the new one's repository too.
  @discardableResult
  func insert(_ content: CachedContent, visibleIn repository: Repository) -> CachedContent {
    ring.withLock { ring in
      if let place = ring.places[content.digest] {
        let known = ring.contents[place]
        known.show(to: repository)
        known.markUsed()
        return known
      }
      ring.places[content.digest] = ring.contents.count
      ring.contents.append(content)
      ring.totalBytes += Self.cost(of: content)
      while ring.totalBytes > maxBytes, ring.contents.count > 1 { Self.turn(&ring) }
      return content
    }
  }

  /// The disk has these no longer: what of them is here is written again when it is served.
  func noteRemoved(_ digests: [Digest]) {
    let found = ring.withLock { ring in digests.compactMap { ring.places[$0].map { ring.contents[$0] } } }
    for content in found { content.wasRemoved() }
  }

  func remove(_ digest: Digest) {
    ring.withLock { ring in
      if let place = ring.places[digest] { Self.remove(at: place, &ring) }
    }
  }

  /// Moves the hand by one content, which gives way unless it was used since the hand last came by.
  private static func turn(_ ring: inout Ring) {
    if ring.hand >= ring.contents.count { ring.hand = 0 }
    if ring.contents[ring.hand].takeUsed() {
      ring.hand += 1
    } else {
      remove(at: ring.hand, &ring)
    }
  }

  /// The last one takes the place of the one removed.
  private static func remove(at place: Int, _ ring: inout Ring) {
    let removed = ring.contents[place]
    ring.places[removed.digest] = nil
    ring.totalBytes -= cost(of: removed)
    let last = ring.contents.removeLast()
    guard last !== removed else { return }
    ring.contents[place] = last
    ring.places[last.digest] = place
  }

  private static func cost(of content: CachedContent) -> Int { content.bytes.readableBytes + overheadBytes }
}
