import OCI

/// The order in which the manifests of an image are read, indexes of indexes included. Pure: whoever walks does the reading.
///
/// A digest is visited once, so that documents which name one another in a circle end the walk like any others. How deep,
/// how many and how long the documents are is bounded; what is beyond is left out, and ``isCut`` says so.
struct ManifestWalk {
  /// A manifest to be read.
  struct Step: Equatable {
    /// Its digest.
    var digest: Digest
    /// What it runs on, as the index says that names it, or one above.
    var platform: Platform?
    /// How long it is, as the index says.
    var size: RemoteSize
    /// How many indexes are above it.
    var depth: Int
  }

  /// Most indexes above a manifest.
  static let maxDepth = 8
  /// Most manifests of one image.
  static let maxManifests = 10_000
  /// Most bytes of all of them.
  static let maxBytes = RemoteSize(clamping: 256 << 20)

  /// Whether the image has more than was walked.
  private(set) var isCut = false
  private var waiting: [Step] = []
  private var known: Set<Digest> = []
  private var bytes = RemoteSize.zero

  /// A walk that begins there.
  init(from root: Digest) {
    waiting = [Step(digest: root, platform: nil, size: .zero, depth: 0)]
    known = [root]
  }

  /// The next manifest to be read, in the order of the indexes; nil when all have been.
  mutating func next() -> Step? { waiting.popLast() }

  /// A manifest has been read, and is an index: its children are to be read next.
  mutating func enter(_ index: Manifest, of step: Step, size: RemoteSize) {
    bytes.add(size)
    var children: [Step] = []
    for child in index.manifests where !known.contains(child.digest) {
      guard step.depth < Self.maxDepth, known.count < Self.maxManifests, bytes <= Self.maxBytes else {
        isCut = true
        break
      }
      known.insert(child.digest)
      let platform = child.platform ?? step.platform
      children.append(Step(digest: child.digest, platform: platform, size: child.size, depth: step.depth + 1))
    }
    // The last that waits is the next to be read.
    waiting += children.reversed()
  }
}
