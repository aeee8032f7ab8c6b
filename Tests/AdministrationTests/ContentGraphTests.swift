import OCI
import Testing

@testable import Administration

/// One walk finds all of an image: through indexes in indexes, with what refers to it, and with what is missing by name.
@Suite struct ContentGraphTests {
  private let layers = ["lower", "upper", "other"].map { Array($0.utf8) }
  private let config = Array(#"{"os":"linux","architecture":"arm64"}"#.utf8)
  private let repository: Repository

  init() throws {
    repository = Repository(upstream: try UpstreamName(parsing: "hub"), name: try RepositoryName(parsing: "a/b"))
  }

  private var image: [UInt8] { Documents.manifest(config, layers: Array(layers.prefix(2))) }
  private var inner: [UInt8] { Documents.index([(image, .ociManifest)]) }
  private var outer: [UInt8] { Documents.index([(inner, .ociIndex)]) }

  /// An image two indexes deep, all of it.
  private func nested() -> InMemoryContent {
    var store = InMemoryContent()
    for blob in [config] + layers.prefix(2) { store.put(blob) }
    store.put(image, .ociManifest)
    store.put(inner, .ociIndex)
    store.put(outer, .ociIndex)
    return store
  }

  private func closure(_ store: InMemoryContent, includesMissing: Bool) async throws -> Set<Digest> {
    let roots = [(repository: repository, digest: Digest.of(outer))]
    return Set(try await ContentGraph(store: store).closure(of: roots, includesMissing: includesMissing).contents.keys)
  }

  @Test func whatIsBelowIndexesInIndexesBelongsToTheImage() async throws {
    let all = Set(([config, image, inner, outer] + layers.prefix(2)).map { Digest.of($0) })
    #expect(try await closure(nested(), includesMissing: false) == all)
    let contents = try await ContentGraph(store: nested()).contents(of: Digest.of(outer))
    #expect(contents.indexes == [Digest.of(outer), Digest.of(inner)] && !contents.isCut)
    #expect(contents.parts.map(\.digest) == [Digest.of(image)] && contents.missingBytes == 0)
  }

  @Test func whatIsMissingIsNamed() async throws {
    var store = nested()
    store.contents[Digest.of(layers[1])] = nil
    #expect(try await !closure(store, includesMissing: false).contains(Digest.of(layers[1])))
    #expect(try await closure(store, includesMissing: true).contains(Digest.of(layers[1])))
    let contents = try await ContentGraph(store: store).contents(of: Digest.of(outer))
    #expect(contents.contents[Digest.of(layers[1])]?.isHeld == false)
    #expect(contents.parts.first?.isComplete == false)
    store.contents[Digest.of(image)] = nil
    let without = try await ContentGraph(store: store).contents(of: Digest.of(outer))
    #expect(without.parts.first?.isManifestHeld == false)
  }

  @Test func whatRefersToAnyManifestOfItBelongsToIt() async throws {
    var store = nested()
    let signature = Documents.manifest(Array("{}".utf8), layers: [layers[2]])
    store.put(signature, .ociManifest)
    store.put(layers[2])
    store.referrers[Digest.of(inner)] = [Digest.of(signature)]
    // A signature of a signature that refers back ends all the same.
    store.referrers[Digest.of(signature)] = [Digest.of(outer)]
    let found = try await closure(store, includesMissing: false)
    #expect(found.contains(Digest.of(signature)) && found.contains(Digest.of(layers[2])))
  }

  @Test func indexesInIndexesBeyondAnyUseAreToldToBeCut() async throws {
    var store = nested()
    var root = outer
    for _ in 0...ManifestWalk.maxDepth {
      root = Documents.index([(root, .ociIndex)])
      store.put(root, .ociIndex)
    }
    let roots = [(repository: repository, digest: Digest.of(root))]
    #expect(try await ContentGraph(store: store).closure(of: roots, includesMissing: true).cut == [Digest.of(root)])
  }

  @Test func anImageThatIsNoIndexHasItsConfigurationsPlatform() async throws {
    let described = try await ContentGraph(store: nested()).describedContents(of: Digest.of(image))
    #expect(described.parts.first?.platform == Platform(os: "linux", architecture: "arm64"))
  }
}
