import HTTPServer
import NIOCore
import NIOHTTP1
import OCI
import Testing

@testable import PullThrough
@testable import RegistryAPI

/// The remembered header fields of a target, which are those of what it stands for now.
@Suite struct RegistryRequestTests {
  let repository: Repository
  let target: RegistryRequest

  init() throws {
    let upstreams = UpstreamTable([], defaultUpstream: try UpstreamName(parsing: "docker.io"))
    let name = RequestedName(segments: ["library", "app"])
    let routed = try upstreams.names.route(name)
    repository = routed.repository
    let metrics = Metrics()
    target = RegistryRequest(
      .manifest(.tag(try OCI.Tag(parsing: "1"))),
      of: name,
      in: routed,
      account: RequestAccount(endpoint: .manifest, upstream: metrics.withoutUpstream, metrics: metrics)
    )
  }

  private func content(_ text: String, as type: MediaType = .ociManifest) -> CachedContent {
    CachedContent(digest: Digest.of(text.utf8), mediaType: type, bytes: ByteBuffer(string: text), visibleIn: repository)
  }

  @Test func theyFollowATagThatMoves() {
    for text in ["first", "the second", "first"] {
      let headers = target.headers(of: content(text))
      #expect(headers["Docker-Content-Digest"] == ["\(Digest.of(text.utf8))"])
      #expect(headers["ETag"] == ["\"\(Digest.of(text.utf8))\""])
      #expect(headers["Content-Length"] == ["\(text.utf8.count)"])
    }
  }

  @Test func theyFollowTheMediaType() {
    for type in [MediaType.ociManifest, .ociIndex, .ociManifest] {
      #expect(target.headers(of: content("same", as: type))["Content-Type"] == [type.description])
    }
  }

  @Test func theSameContentHasTheSame() {
    #expect(target.headers(of: content("same")) == target.headers(of: content("same")))
  }
}
