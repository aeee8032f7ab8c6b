import Logging
import Memory
import NIOCore
import NIOPosix
import OCI
import PullThrough
import ScriptedUpstream
import Testing
import Upstream

/// What the use cases rely on, of every registry that they may be given: the client that speaks HTTP, and the one of tests.
@Suite struct UpstreamRegistryConformanceTests {
  enum Kind: CaseIterable { case inMemory, overHTTP }

  private static let blob = noise(200_000, seed: 6)
  private static let image = SampleImage("conforming", layers: [blob])
  private let digest = Digest.of(Self.blob)

  private func names() throws -> (RepositoryName, RepositoryName) {
    (try RepositoryName(parsing: "acme/app"), try RepositoryName(parsing: "acme/other"))
  }

  /// Runs a test on a registry that holds ``image`` as `acme/app:1` and `acme/app:a`.
  private func run(_ kind: Kind, _ test: (any UpstreamRegistry) async throws -> Void) async throws {
    switch kind {
    case .inMemory: try await test(try inMemory())
    case .overHTTP: try await overHTTP(test)
    }
  }

  private func inMemory() throws -> any UpstreamRegistry {
    let settings = UpstreamSettings(
      name: try UpstreamName(parsing: "hub.example"),
      endpoints: [Endpoint(parsing: "https://hub.example")].compactMap(\.self)
    )
    let registry = InMemoryRegistry(settings)
    let (name, _) = try names()
    for tag in ["1", "a"] { registry.put(Self.image, as: try Tag(parsing: tag), in: name) }
    return registry
  }

  private func overHTTP(_ test: (any UpstreamRegistry) async throws -> Void) async throws {
    let scripted = try await ScriptedUpstream.start(Options())
    for blob in Self.image.blobs { scripted.addBlob(blob, to: ["acme/app"]) }
    scripted.putManifest(Self.image.manifest, in: "acme/app", tags: ["1", "a"])
    let transport = UpstreamTransport(
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
      userAgent: "berth/test",
      limits: Limits(),
      environment: ProcessEnvironment([:])
    )
    let settings = UpstreamSettings(
      name: try UpstreamName(parsing: "hub.example"),
      endpoints: [Endpoint(parsing: scripted.url())].compactMap(\.self)
    )
    let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let client = UpstreamClient(settings, transport: transport, limits: Limits(), log: log)
    let outcome: (any Error)?
    do {
      try await test(client)
      outcome = nil
    } catch {
      outcome = error
    }
    await transport.shutdown()
    await scripted.shutdown()
    if let outcome { throw outcome }
  }

  /// Everything that arrives.
  private func drain(_ transfer: BlobTransfer) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    for try await piece in transfer.body { bytes += piece.readableBytesView }
    return bytes
  }

  private func failure(_ work: () async throws -> some Any) async -> UpstreamFailure? {
    do {
      _ = try await work()
      return nil
    } catch {
      return (error as? UpstreamError)?.failure
    }
  }

  @Test(arguments: Kind.allCases)
  func contentComesWholeOrFromAnOffsetOn(kind: Kind) async throws {
    try await run(kind) { registry in
      let (name, _) = try names()
      let whole = try await registry.open(ContentRequest(digest, in: name))
      #expect(whole.start == 0 && whole.totalSize == 200_000)
      #expect(try await drain(whole) == Self.blob)
      let rest = try await registry.open(ContentRequest(digest, in: name, range: .from(150_000)))
      #expect(rest.start == 150_000 && rest.length == 50_000 && rest.totalSize == 200_000)
      #expect(try await drain(rest) == Array(Self.blob[150_000...]))
      let part = try await registry.open(ContentRequest(digest, in: name, range: .bytes(10..<20)))
      #expect(part.start == 10 && part.totalSize == 200_000)
      #expect(try await drain(part) == Array(Self.blob[10..<20]))
    }
  }

  @Test(arguments: Kind.allCases)
  func whatIsNotThereIsNotFound(kind: Kind) async throws {
    try await run(kind) { registry in
      let (name, other) = try names()
      let missing = Digest.of([9])
      #expect(await failure { try await registry.open(ContentRequest(missing, in: name)) } == .notFound)
      #expect(await failure { try await registry.open(ContentRequest(digest, in: other)) } == .notFound)
      #expect(await failure { try await registry.headBlob(name, missing) } == .notFound)
      // An answer without a body may be anybody's.
      let head = await failure { try await registry.headManifest(name, .digest(missing)) }
      #expect(head == .notFound || head == .absenceUnclear)
      #expect(await failure { try await registry.getManifest(name, .tag(try Tag(parsing: "2"))) } == .notFound)
      #expect(await failure { try await registry.getManifest(other, .digest(Self.image.digest)) } == .notFound)
    }
  }

  @Test(arguments: Kind.allCases)
  func aPartBehindTheEndIsAnErrorThatTellsTheLength(kind: Kind) async throws {
    try await run(kind) { registry in
      let request = ContentRequest(digest, in: try names().0, range: .from(200_000))
      #expect(await failure { try await registry.open(request) } == .rangeNotSatisfiable(size: 200_000))
    }
  }

  @Test(arguments: Kind.allCases)
  func headPromisesWhatGetGives(kind: Kind) async throws {
    try await run(kind) { registry in
      let (name, tag) = (try names().0, try Tag(parsing: "1"))
      let head = try await registry.headManifest(name, .tag(tag))
      let whole = try await registry.getManifest(name, .tag(tag))
      #expect(head.digest == Self.image.digest && head.mediaType == .ociManifest)
      #expect(head.size == Int64(Self.image.manifest.count))
      #expect(Array(whole.bytes.readableBytesView) == Self.image.manifest && whole.mediaType == .ociManifest)
      #expect(whole.reservation.bytes >= Self.image.manifest.count)
      #expect(try await registry.headBlob(name, digest).size == 200_000)
    }
  }

  @Test(arguments: Kind.allCases)
  func listsAreWholeAndSorted(kind: Kind) async throws {
    try await run(kind) { registry in
      let (name, _) = try names()
      #expect(try await registry.listTags(name).map(\.description) == ["1", "a"])
      switch try await registry.listReferrers(name, Self.image.digest) {
      case .referrers(let found): #expect(found.isEmpty)
      case .notSupported: break
      }
    }
  }
}
