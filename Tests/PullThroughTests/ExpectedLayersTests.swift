import OCI
import Testing

@testable import PullThrough

/// Which layers a client will ask for that has asked for one.
@Suite struct ExpectedLayersTests {
  private let app: Repository
  private let other: Repository
  private let start = ContinuousClock.now
  private var expected = ExpectedLayers(maxCount: 2, lifetime: .seconds(60))

  init() throws {
    let hub = try UpstreamName(parsing: "docker.io")
    app = Repository(upstream: hub, name: try RepositoryName(parsing: "library/app"))
    other = Repository(upstream: hub, name: try RepositoryName(parsing: "library/other"))
  }

  @Test mutating func thoseBehindTheFirstThatIsAskedFor() {
    expect([1, 2, 3, 4], in: app)
    #expect(following(2, in: app) == [3, 4])
    for layer in 2...4 { #expect(following(layer, in: app) == []) }
  }

  @Test mutating func aBaseThatIsAskedForLaterBringsOnlyWhatWasNotToldYet() {
    expect([1, 2, 3, 4], in: app)
    #expect(following(3, in: app) == [4])
    #expect(following(1, in: app) == [2])
    #expect(following(2, in: app) == [])
    #expect(expected.isEmpty)
  }

  @Test mutating func thoseOfTheRepositoryThatIsAsked() {
    expect([1, 2], in: app)
    #expect(following(1, in: other) == [])
    #expect(following(1, in: app) == [2])
  }

  @Test mutating func aSharedLayerBelongsToTheManifestThatWasSentLast() {
    expect([1, 2], in: app)
    expect([1, 3], in: other)
    #expect(following(1, in: app) == [])
    #expect(following(1, in: other) == [3])
  }

  @Test mutating func nothingBehindTheLast() {
    expect([1, 2], in: app)
    expect([3], in: app)
    #expect(following(2, in: app) == [])
    #expect(following(3, in: app) == [])
    #expect(following(9, in: app) == [])
  }

  @Test mutating func forAMinute() {
    expect([1, 2], in: app)
    #expect(following(1, in: app, after: 60) == [])
    #expect(expected.isEmpty)
    expect([1, 2], in: app)
    #expect(following(1, in: app, after: 59) == [2])
  }

  @Test mutating func theOldestOfTooManyAreForgotten() {
    for first in [1, 3, 5] { expect([first, first + 1], in: app) }
    #expect(following(1, in: app) == [])
    #expect(following(3, in: app) == [4])
    #expect(following(5, in: app) == [6])
    #expect(expected.isEmpty)
  }

  private mutating func expect(_ layers: [Int], in repository: Repository) {
    expected.expect(layers.map(content), in: repository, now: start)
  }

  private mutating func following(_ layer: Int, in repository: Repository, after seconds: Int = 1) -> [Int] {
    expected.following(content(layer).digest, in: repository, now: start + .seconds(seconds)).map { Int($0.size.bytes) }
  }

  private func content(_ number: Int) -> PrefetchPlan.Content {
    PrefetchPlan.Content(
      digest: withUnsafeBytes(of: number) { Digest.of($0, .sha256) },
      size: RemoteSize(clamping: number)
    )
  }
}
