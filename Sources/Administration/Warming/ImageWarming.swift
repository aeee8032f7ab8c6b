import Logging
import NIOCore
import OCI
import PullThrough
import Store
import Upstream

/// Fetches one image ahead: manifests one by one, then their blobs, a few at a time.
///
/// Gives way: blobs wait behind every client's in the fetch pool, manifests wait while the upstream allows few pulls more,
/// and when it limits us, this waits for as long as it is told to.
struct ImageWarming: Sendable {
  /// Blobs of one image that are asked for at once.
  private static let maxBlobs = 3
  /// The pause when too much waits already, or a limit does not say how long it lasts.
  private static let defaultPauseSeconds: Int64 = 60

  let pullThrough: PullThrough
  let job: WarmJob
  let index: Int
  let name: ImageName

  private var repository: Repository { name.repository }
  private var tags: TagService { pullThrough.tagService }

  func run() async throws(OperationError) {
    let (manifests, children) = try await fetchManifests()
    var blobs: [Digest: RemoteSize] = [:]
    for child in children { blobs[child.digest] = child.size }
    for manifest in manifests {
      for child in [manifest.config].compactMap({ $0 }) + manifest.layers { blobs[child.digest] = child.size }
    }
    job.update(index) { $0.totalBytes.add(blobs.values.saturatingSum()) }
    try await fetch(blobs.sorted { $0.key < $1.key }.map(\.key), sizes: blobs)
    await pullThrough.flush()
  }

  // MARK: Manifests

  /// - Returns: the manifests, and what an index names besides manifests: BuildKit's cache is an index of layers.
  private func fetchManifests() async throws(OperationError) -> (manifests: [Manifest], blobs: [Descriptor]) {
    let top = try await patiently { () async throws(PullThroughError) in try await self.topManifest() }
    let document = try parsed(top)
    guard document.kind == .index else { return ([document] + (try await referrers(of: [top.digest])), []) }
    var manifests: [Manifest] = []
    var digests = [top.digest]
    let blobs = document.manifests.filter(\.mediaType.isOfBlob)
    let images = try await images(of: document, top.digest, &digests).filter { !$0.mediaType.isOfBlob }
    for child in try job.request.platforms.select(from: images) {
      manifests.append(try await manifest(child.digest))
      digests.append(child.digest)
    }
    return (manifests + (try await referrers(of: digests)), blobs)
  }

  /// The images of an index, and of the indexes in it.
  /// - Parameter digests: those of the indexes are added.
  private func images(
    of document: Manifest,
    _ digest: Digest,
    _ digests: inout [Digest]
  ) async throws(OperationError) -> [Descriptor] {
    var images: [Descriptor] = []
    var walk = ManifestWalk(from: digest)
    var children: [Digest: Descriptor] = [:]
    while let step = walk.next() {
      if let child = children[step.digest], !child.mediaType.isIndex {
        images.append(child)
        continue
      }
      let (index, size) = step.depth == 0 ? (document, step.size) : try await self.document(step.digest)
      if step.depth > 0 { digests.append(step.digest) }
      for child in index.manifests where children[child.digest] == nil { children[child.digest] = child }
      walk.enter(index, of: step, size: size)
    }
    if walk.isCut { throw .refused("\(name) has indexes in indexes beyond any use") }
    return images
  }

  /// What the name stands for: as last confirmed while that is fresh, else as the upstream says now.
  private func topManifest() async throws(PullThroughError) -> CachedContent {
    switch name.reference {
    case .digest(let digest): return try await pulled(digest)
    case .tag(let tag):
      if let record = try? tags.row(of: tag, in: repository), tags.isFresh(record, in: repository) {
        return try await pulled(record.digest)
      }
      try giveWay()
      return try await tags.confirmNow(tag, in: repository)
    }
  }

  /// A manifest, unless it would have to be pulled and pulls are short.
  private func pulled(_ digest: Digest) async throws(PullThroughError) -> CachedContent {
    if tags.mustBePulled(digest, in: repository) { try giveWay() }
    return try await tags.manifest(digest, in: repository)
  }

  /// What little the upstream still allows is left to clients who wait.
  private func giveWay() throws(PullThroughError) {
    guard pullThrough.upstreams[repository.upstream]?.isShortOfPulls == true else { return }
    throw .rateLimited(repository.upstream, retryAfterSeconds: nil)
  }

  private func manifest(_ digest: Digest) async throws(OperationError) -> Manifest {
    try await document(digest).manifest
  }

  private func document(_ digest: Digest) async throws(OperationError) -> (manifest: Manifest, size: RemoteSize) {
    let found = try await patiently { () async throws(PullThroughError) in try await pulled(digest) }
    return (try parsed(found), RemoteSize(clamping: found.bytes.readableBytes))
  }

  private func parsed(_ manifest: CachedContent) throws(OperationError) -> Manifest {
    let bytes = RemoteSize(clamping: manifest.bytes.readableBytes)
    job.update(index) { image in
      image.totalBytes.add(bytes)
      image.doneBytes.add(bytes)
    }
    do throws(PullThroughError) {
      return try pullThrough.documents.parse(manifest.bytes, manifest.mediaType)
    } catch {
      throw .upstream(error)
    }
  }

  /// The manifests that refer to these, if they are wanted.
  private func referrers(of subjects: [Digest]) async throws(OperationError) -> [Manifest] {
    guard job.request.includesReferrers else { return [] }
    var manifests: [Manifest] = []
    for subject in subjects {
      let list = try await patiently { () async throws(PullThroughError) in
        try await pullThrough.referrers(of: subject, in: repository)
      }
      for digest in list.referrers.digests { manifests.append(try await manifest(digest)) }
    }
    return manifests
  }

  // MARK: Blobs

  private func fetch(_ digests: [Digest], sizes: [Digest: RemoteSize]) async throws(OperationError) {
    let failure = await withTaskGroup(of: OperationError?.self) { group -> OperationError? in
      var rest = digests[...]
      var failure: OperationError?
      for digest in rest.prefix(Self.maxBlobs) {
        group.addTask { await failureOfFetching(digest, size: sizes[digest] ?? .zero) }
      }
      rest = rest.dropFirst(Self.maxBlobs)
      while let ended = await group.next() {
        failure = failure ?? ended
        guard failure == nil, !Task.isCancelled, let digest = rest.popFirst() else { continue }
        group.addTask { await failureOfFetching(digest, size: sizes[digest] ?? .zero) }
      }
      return failure
    }
    if let failure { throw failure }
    if Task.isCancelled { throw .refused("cancelled") }
  }

  private func failureOfFetching(_ digest: Digest, size: RemoteSize) async -> OperationError? {
    do throws(OperationError) {
      try await fetch(digest, size: size)
      return nil
    } catch {
      return error
    }
  }

  private func fetch(_ digest: Digest, size: RemoteSize) async throws(OperationError) {
    let isNew = try await patiently { () async throws(PullThroughError) in try await self.attempt(digest) }
    job.update(index) { image in
      image.doneBytes.add(size)
      if isNew { image.fetchedBytes.add(size) }
    }
  }

  /// - Returns: whether the blob was not held before.
  private func attempt(_ digest: Digest) async throws(PullThroughError) -> Bool {
    var running: Download?
    defer { if let running { job.ended(running, for: index) } }
    return try await pullThrough.blobService.fetchAhead(digest, in: repository) { download in
      running = download
      job.began(download, for: index)
    }
  }

  // MARK: Patience

  /// Does some work, again and again while the upstream limits us or too much waits.
  private func patiently<Value: Sendable>(
    _ work: () async throws(PullThroughError) -> Value
  ) async throws(OperationError) -> Value {
    while true {
      if Task.isCancelled { throw .refused("cancelled") }
      let pause: Int64
      do throws(PullThroughError) {
        return try await work()
      } catch {
        switch error {
        case .rateLimited(_, let seconds): pause = max(1, seconds ?? Self.defaultPauseSeconds)
        case .overloaded, .busy: pause = Self.defaultPauseSeconds
        case .abandoned: pause = 1
        case .upstreamUnknown, .upstreamsDisagree, .nameMissing, .repositoryUnknown, .manifestUnknown,
          .manifestAbsenceUnclear, .blobUnknown, .denied, .upstreamFailed, .upstreamTimedOut, .contentMismatch,
          .manifestRefused, .listTooLong, .offline, .storeFailed:
          throw .upstream(error)
        }
        pullThrough.log.info(
          "fetching ahead waits",
          metadata: ["image": "\(name)", "seconds": .stringConvertible(pause), "because": "\(error.operatorText)"]
        )
      }
      let until = pullThrough.clock.now().saturatingSum(pause)
      job.update(index) { $0.state = .limited(until: until) }
      try? await Task.sleep(for: .seconds(pause))
      job.update(index) { $0.state = .running }
    }
  }
}

extension MediaType {
  /// Whether what an index names so is no document of its own. Of types that Berth does not know some are manifests, and
  /// say so in their names.
  fileprivate var isOfBlob: Bool {
    !isManifest && self != .octetStream && !description.contains("manifest") && !description.contains("index")
  }
}
