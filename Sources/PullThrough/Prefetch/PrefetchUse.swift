import DequeModule
import OCI

/// Which of the contents that were fetched ahead clients have asked for since. Pure.
///
/// | content                | a client asks for it        | its download ends well              | its download fails |
/// |------------------------|-----------------------------|-------------------------------------|--------------------|
/// | arrives, nobody asked  | remember that               | remember its length                 | forget it          |
/// | arrives, somebody asked| –                           | its bytes were used; forget it      | forget it          |
/// | held, nobody asked     | its bytes were used; forget it | –                                | –                  |
///
/// Of what is held and nobody asked for, the oldest is forgotten when there is too much of it: it then counts as unused
/// for good.
struct PrefetchUse {
  private enum Entry {
    case arriving(isAskedFor: Bool)
    case held(bytes: Int64)
  }

  private var entries: [Digest: Entry] = [:]
  /// What was held without having been asked for, the oldest first; some of it has been asked for since.
  private var held: Deque<Digest> = []
  private let maxHeld: Int

  init(maxHeld: Int) { self.maxHeld = maxHeld }

  /// Whether there is nothing that a client could ask for.
  var isEmpty: Bool { entries.isEmpty }

  /// A download was begun ahead of any client.
  mutating func began(_ digest: Digest) { entries[digest] = .arriving(isAskedFor: false) }

  /// A client asks for content.
  /// - Returns: bytes that were fetched ahead and turn out to be of use by this.
  mutating func askedFor(_ digest: Digest) -> Int64 {
    switch entries[digest] {
    case nil: return 0
    case .arriving:
      entries[digest] = .arriving(isAskedFor: true)
      return 0
    case .held(let bytes):
      entries[digest] = nil
      return bytes
    }
  }

  /// A download has ended with so many bytes, all verified, or has failed.
  /// - Returns: bytes that were fetched ahead and turn out to be of use by this.
  mutating func ended(_ digest: Digest, bytes: Int64?) -> Int64 {
    guard case .arriving(let isAskedFor) = entries.removeValue(forKey: digest), let bytes else { return 0 }
    if isAskedFor { return bytes }
    entries[digest] = .held(bytes: bytes)
    held.append(digest)
    if held.count > maxHeld, let oldest = held.popFirst(), case .held = entries[oldest] { entries[oldest] = nil }
    return 0
  }
}
