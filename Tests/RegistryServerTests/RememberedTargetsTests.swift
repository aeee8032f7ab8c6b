import OCI
import PullThrough
import Testing

@testable import RegistryServer

/// What is remembered of targets, and when it is forgotten.
@Suite struct RememberedTargetsTests {
  let remembered = RememberedTargets(maxTargets: 3, maxTargetBytes: 40)
  let upstreams: UpstreamTable
  let target: RoutedTarget
  private let hub: UpstreamName

  init() throws {
    hub = try UpstreamName(parsing: "docker.io")
    upstreams = UpstreamTable([], defaultUpstream: hub)
    let repository = Repository(upstream: hub, name: try RepositoryName(parsing: "library/app"))
    let tag = try OCI.Tag(parsing: "1")
    target = RoutedTarget(
      .manifest(.tag(tag)),
      in: try upstreams.names.route(
        RequestedName(segments: repository.name.description.split(separator: "/").map(String.init))
      ),
      account: RequestAccount(endpoint: .manifest, upstream: Metrics().withoutUpstream)
    )
  }

  private func find(_ text: String, host: String? = "mirror") -> RoutedTarget? {
    remembered.find(text, host: host, among: upstreams)
  }

  @Test func theSameTargetOfTheSameHost() {
    remembered.remember("/v2/app/manifests/1", host: "mirror", among: upstreams, means: target)
    #expect(find("/v2/app/manifests/1") === target)
    #expect(find("/v2/app/manifests/1", host: "quay.mirror") == nil)
    #expect(find("/v2/app/manifests/1", host: nil) == nil)
    #expect(find("/v2/app/manifests/1?ns=quay.io") == nil)
  }

  @Test func aReloadForgetsAll() {
    remembered.remember("/v2/app/manifests/1", host: "mirror", among: upstreams, means: target)
    let reloaded = UpstreamTable([], defaultUpstream: hub)
    #expect(remembered.find("/v2/app/manifests/1", host: "mirror", among: reloaded) == nil)
    remembered.remember("/v2/app/manifests/2", host: "mirror", among: reloaded, means: target)
    #expect(find("/v2/app/manifests/1") == nil, "what the old upstreams made of it is not found again either")
  }

  @Test func noMoreThanItsNumber() {
    for number in 1...4 { remembered.remember("/v2/\(number)", host: "mirror", among: upstreams, means: target) }
    #expect((1...4).filter { find("/v2/\($0)") != nil } == [4])
  }

  @Test func longOnesAreNot() {
    let long = "/v2/" + String(repeating: "a", count: 40)
    remembered.remember(long, host: nil, among: upstreams, means: target)
    #expect(find(long, host: nil) == nil)
  }
}
