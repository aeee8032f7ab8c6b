import Memory
import NIOCore
import OCI
import PullThrough
import Synchronization
import Upstream

/// A registry that is a few dictionaries. It counts what it is asked, and fails as it is told.
final class InMemoryRegistry: UpstreamRegistry {
  enum Ask: Hashable { case headManifest, getManifest, headBlob, open, listTags, listReferrers }

  /// What comes of one body.
  enum Body {
    case whole
    /// The connection breaks behind so many bytes of the blob.
    case breaks(at: Int)
    /// One byte is another.
    case corrupt(at: Int)
    /// Nothing comes behind so many bytes until the gate opens.
    case waits(at: Int, Gate)
  }

  struct State {
    var manifests: [RepositoryName: [Digest: (bytes: [UInt8], mediaType: MediaType)]] = [:]
    var tags: [RepositoryName: [Tag: Digest]] = [:]
    var blobs: [RepositoryName: [Digest: [UInt8]]] = [:]
    var referrers: [Digest: [Referrer]] = [:]
    var hasReferrersAPI = true
    /// Whether answers to HEAD name digests.
    var headNamesDigests = true
    var servesRanges = true
    var tellsLength = true
    var failures: [Ask: UpstreamFailure] = [:]
    var gates: [Ask: Gate] = [:]
    /// The next bodies; whole ones come after them.
    var bodies: [Body] = []
    var counts: [Ask: Int] = [:]
    var ranges: [BlobRange] = []
    var countsPulls = false
  }

  let settings: UpstreamSettings
  private let state = Mutex(State())
  private let memory = MemoryBudget()

  init(_ settings: UpstreamSettings) { self.settings = settings }

  /// Looks at what it has and does, or changes it.
  @discardableResult
  func with<Value: Sendable>(_ body: (inout sending State) -> Value) -> Value { state.withLock { body(&$0) } }

  /// How often it was asked.
  func count(_ ask: Ask) -> Int { with { $0.counts[ask] ?? 0 } }

  var countsPulls: Bool { with { $0.countsPulls } }
  var isShortOfPulls: Bool { false }
  var allowances: [RateAllowance] { [] }
  var endpointStates: [EndpointState] { [] }

  // MARK: Answers

  func headManifest(_ name: RepositoryName, _ reference: Reference) async throws(UpstreamError) -> ManifestHead {
    let (digest, found) = try await answer(.headManifest, name) { $0.manifest(reference, name) }
    let isNamed = with { $0.headNamesDigests }
    return ManifestHead(digest: isNamed ? digest : nil, mediaType: found.mediaType, size: Int64(found.bytes.count))
  }

  func getManifest(_ name: RepositoryName, _ reference: Reference) async throws(UpstreamError) -> FetchedManifest {
    let (digest, found) = try await answer(.getManifest, name) { $0.manifest(reference, name) }
    guard let reservation = try? memory.reserve(found.bytes.count) else { throw error(.memoryUsedUp, name) }
    return FetchedManifest(
      bytes: ByteBuffer(bytes: found.bytes),
      mediaType: found.mediaType,
      declaredDigest: digest,
      reservation: reservation
    )
  }

  func headBlob(_ name: RepositoryName, _ digest: Digest) async throws(UpstreamError) -> BlobHead {
    let size = try await answer(.headBlob, name) { state in state.blobs[name]?[digest].map { Int64($0.count) } }
    let isNamed = with { $0.headNamesDigests }
    return BlobHead(digest: isNamed ? digest : nil, size: size)
  }

  func listTags(_ name: RepositoryName) async throws(UpstreamError) -> [Tag] {
    try await answer(.listTags, name) { state in state.tags[name]?.keys.sorted() }
  }

  func listReferrers(_ name: RepositoryName, _ digest: Digest) async throws(UpstreamError) -> ReferrersAnswer {
    try await answer(.listReferrers, name) { state in
      state.hasReferrersAPI ? .referrers(state.referrers[digest] ?? []) : .notSupported
    }
  }

  func open(_ request: ContentRequest) async throws(UpstreamError) -> BlobTransfer {
    let name = request.repository
    let (bytes, body) = try await answer(.open, name) { state -> ([UInt8], Body)? in
      state.ranges.append(request.range)
      guard let bytes = state.blobs[name]?[request.digest] else { return nil }
      return (bytes, state.bodies.isEmpty ? .whole : state.bodies.removeFirst())
    }
    let (servesRanges, tellsLength) = with { ($0.servesRanges, $0.tellsLength) }
    let range = servesRanges ? request.range.bounds(of: bytes.count) : 0..<bytes.count
    guard !range.isEmpty || bytes.isEmpty else {
      throw error(.rangeNotSatisfiable(size: Int64(bytes.count)), name)
    }
    return BlobTransfer(
      start: Int64(range.lowerBound),
      length: tellsLength ? Int64(range.count) : nil,
      totalSize: tellsLength ? Int64(bytes.count) : nil,
      endpoint: settings.endpoints[0],
      body: UpstreamBody { [self] in reader(of: bytes, range, body, name) }
    )
  }

  private func reader(of bytes: [UInt8], _ range: Range<Int>, _ body: Body, _ name: RepositoryName)
    -> UpstreamBody.Reader
  {
    var position = range.lowerBound
    return { [self] () async throws(UpstreamError) in
      var end = min(range.upperBound, position + 16 << 10)
      var piece = bytes
      switch body {
      case .whole: break
      case .breaks(let offset):
        if position >= offset { throw error(.interrupted("the connection broke"), name) }
        end = min(end, offset)
      case .corrupt(let offset): piece[offset] ^= 1
      case .waits(let offset, let gate):
        if position >= offset { await gate.pass() } else { end = min(end, offset) }
      }
      guard position < end else { return nil }
      defer { position = end }
      return ByteBuffer(bytes: piece[position..<end])
    }
  }

  private func answer<Value: Sendable>(
    _ ask: Ask,
    _ name: RepositoryName,
    _ find: (inout State) -> Value?
  ) async throws(UpstreamError) -> Value {
    let gate = with { state in
      state.counts[ask, default: 0] += 1
      return state.gates[ask]
    }
    await gate?.pass()
    if let failure = with({ $0.failures[ask] }) { throw error(failure, name) }
    guard let found = with({ find(&$0) }) else { throw error(.notFound, name) }
    return found
  }

  private func error(_ failure: UpstreamFailure, _ name: RepositoryName) -> UpstreamError {
    UpstreamError(failure, upstream: settings.name, repository: name)
  }
}

extension InMemoryRegistry.State {
  fileprivate func manifest(
    _ reference: Reference,
    _ name: RepositoryName
  ) -> (Digest, (bytes: [UInt8], mediaType: MediaType))? {
    let digest: Digest? =
      switch reference {
      case .digest(let digest): digest
      case .tag(let tag): tags[name]?[tag]
      }
    guard let digest, let found = manifests[name]?[digest] else { return nil }
    return (digest, found)
  }
}

extension BlobRange {
  /// What of so many bytes is meant.
  fileprivate func bounds(of count: Int) -> Range<Int> {
    switch self {
    case .whole: 0..<count
    case .from(let start): min(count, Int(start))..<count
    case .bytes(let range): min(count, Int(range.lowerBound))..<min(count, Int(range.upperBound))
    }
  }
}
