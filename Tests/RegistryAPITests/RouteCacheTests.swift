import HTTPServer
import OCI
import PullThrough
import Testing

@testable import RegistryAPI

/// What is remembered of targets, and when it is forgotten.
@Suite struct RouteCacheTests {
  let cache = RouteCache(maxTargets: 3, maxTargetBytes: 40)
  let upstreams: UpstreamTable
  let target: RegistryRequest
  private let hub: UpstreamName

  init() throws {
    hub = try UpstreamName(parsing: "docker.io")
    upstreams = UpstreamTable([], defaultUpstream: hub)
    let name = RequestedName(segments: ["library", "app"])
    let tag = try OCI.Tag(parsing: "1")
    let metrics = Metrics()
    target = RegistryRequest(
      .manifest(.tag(tag)),
      of: name,
      in: try upstreams.names.route(name),
      account: RequestAccount(endpoint: .manifest, upstream: metrics.withoutUpstream, metrics: metrics)
    )
  }

  private func find(_ text: String, host: String? = "mirror") -> RegistryRequest? {
    cache.find(text, host: host, among: upstreams)
  }

  @Test func theSameTargetOfTheSameHost() {
    cache.remember("/v2/app/manifests/1", host: "mirror", among: upstreams, means: target)
    #expect(find("/v2/app/manifests/1") === target)
    #expect(find("/v2/app/manifests/1", host: "quay.mirror") == nil)
    #expect(find("/v2/app/manifests/1", host: nil) == nil)
    #expect(find("/v2/app/manifests/1?ns=quay.io") == nil)
  }

  @Test func aReloadForgetsAll() {
    cache.remember("/v2/app/manifests/1", host: "mirror", among: upstreams, means: target)
    let reloaded = UpstreamTable([], defaultUpstream: hub)
    #expect(cache.find("/v2/app/manifests/1", host: "mirror", among: reloaded) == nil)
    cache.remember("/v2/app/manifests/2", host: "mirror", among: reloaded, means: target)
    #expect(find("/v2/app/manifests/1") == nil, "what the old upstreams made of it is not found again either")
  }

  @Test func noMoreThanItsNumber() {
    for number in 1...4 { cache.remember("/v2/\(number)", host: "mirror", among: upstreams, means: target) }
    #expect((1...4).filter { find("/v2/\($0)") != nil } == [4])
  }

  @Test func longOnesAreNot() {
    let long = "/v2/" + String(repeating: "a", count: 40)
    cache.remember(long, host: nil, among: upstreams, means: target)
    #expect(find(long, host: nil) == nil)
  }
}
