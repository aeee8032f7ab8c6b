import Foundation
import OCI
import Testing

@testable import ScriptedUpstream

/// Tag lists and referrers, as the specification has them and as some registries do.
@Suite struct ListingTests {
  private struct Tags: Decodable {
    var name: String
    var tags: [String]
  }

  private struct Index: Decodable {
    struct Descriptor: Decodable {
      var digest: String
      var artifactType: String?
      var annotations: [String: String]?
    }

    var mediaType: String
    var manifests: [Descriptor]
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var query: String
    var quirks = TagListSettings()
    var tags: [String]
    /// `{registry}` and `{recorder}` stand for the origins' URLs.
    var link: String?

    var testDescription: String { "\(query) \(quirks)" }
  }

  @Test(arguments: [
    Case(query: "", tags: ["1", "2", "3", "4"]),
    Case(query: "?n=2", tags: ["1", "2"], link: "/v2/app/tags/list?n=2&last=2"),
    Case(query: "?n=2&last=2", tags: ["3", "4"]),
    Case(query: "?last=3", tags: ["4"]),
    Case(query: "?n=0", tags: []),
    Case(query: "?n=9", tags: ["1", "2", "3", "4"]),
    Case(query: "?n=2", quirks: .init { $0.ignoresCount = true }, tags: ["1", "2", "3", "4"]),
    Case(query: "", quirks: .init { $0.isUnsorted = true }, tags: ["4", "3", "2", "1"]),
    Case(
      query: "?n=9",
      quirks: .init { $0.pageSize = 3 },
      tags: ["1", "2", "3"],
      link: "/v2/app/tags/list?n=3&last=3"
    ),
    Case(
      query: "?n=1",
      quirks: .init { $0.link = .absolute },
      tags: ["1"],
      link: "{registry}/v2/app/tags/list?n=1&last=1"
    ),
    Case(
      query: "?n=1",
      quirks: .init { $0.link = .otherHost },
      tags: ["1"],
      link: "{recorder}/v2/app/tags/list?n=1&last=1"
    ),
    Case(query: "?n=1&last=1", quirks: .init { $0.link = .loop }, tags: ["2"], link: "/v2/app/tags/list?n=1&last=1"),
  ])
  func tagLists(_ each: Case) async throws {
    try await Scene.run { scene in
      scene.upstream.putManifest("{}".utf8, in: "app", tags: ["3", "1", "4", "2"])
      scene.upstream.update { $0.tags = each.quirks }
      let (head, body) = try await scene.get("/v2/app/tags/list" + each.query)
      let list = try JSONDecoder().decode(Tags.self, from: Data(body))
      #expect((list.name, list.tags) == ("app", each.tags))
      let link = each.link?.replacing("{registry}", with: scene.upstream.url())
        .replacing("{recorder}", with: scene.upstream.url(.recorder))
      #expect(head["Link"] == link.map { "<\($0)>; rel=\"next\"" })
    }
  }

  private func image(_ scene: Scene, referrers: Int) async throws -> ImageDigests {
    try await scene.upstream.addImage(
      ImageSpecification(
        repository: "app",
        layers: [GeneratedContent(size: 10, seed: 1)],
        referrers: (0..<referrers).map { number in
          .init(artifactType: "application/x.\(number % 2)", annotations: ["n": "\(number)"])
        }
      )
    )
  }

  @Test func referrersAreListedWithWhatIsSaidOfThem() async throws {
    try await Scene.run { scene in
      let image = try await image(scene, referrers: 3)
      let (head, body) = try await scene.get("/v2/app/referrers/\(image.digest)")
      let index = try JSONDecoder().decode(Index.self, from: Data(body))
      #expect((head["Content-Type"], index.mediaType) == (ManifestMediaType.ociIndex, ManifestMediaType.ociIndex))
      #expect(Set(index.manifests.map(\.digest)) == Set(image.referrers))
      #expect(Set(index.manifests.compactMap { $0.annotations?["n"] }) == ["0", "1", "2"])
    }
  }

  @Test func referrersAreFilteredOnRequest() async throws {
    try await Scene.run { scene in
      let image = try await image(scene, referrers: 3)
      let (head, body) = try await scene.get("/v2/app/referrers/\(image.digest)?artifactType=application/x.1")
      let index = try JSONDecoder().decode(Index.self, from: Data(body))
      #expect(index.manifests.map(\.digest) == [image.referrers[1]])
      #expect(head["OCI-Filters-Applied"] == "artifactType")
    }
  }

  @Test func referrersComeInPages() async throws {
    try await Scene.run { scene in
      let image = try await image(scene, referrers: 5)
      scene.upstream.update { $0.referrers.pageSize = 2 }
      var path: String? = "/v2/app/referrers/\(image.digest)"
      var pages: [[String]] = []
      while let next = path {
        let (head, body) = try await scene.get(next)
        pages.append(try JSONDecoder().decode(Index.self, from: Data(body)).manifests.map(\.digest))
        path = head["Link"].map { String($0.dropFirst().prefix { $0 != ">" }) }
      }
      #expect(pages.map(\.count) == [2, 2, 1])
      #expect(Set(pages.joined()) == Set(image.referrers))
    }
  }

  @Test func whatNobodyRefersToHasAnEmptyList() async throws {
    try await Scene.run { scene in
      let (head, body) = try await scene.get("/v2/app/referrers/\(scene.small)")
      #expect(head.status == 200)
      #expect(try JSONDecoder().decode(Index.self, from: Data(body)).manifests.isEmpty)
    }
  }

  @Test func withoutTheAPIThereIsTheFallbackTag() async throws {
    try await Scene.run { scene in
      let image = try await image(scene, referrers: 2)
      let tag = image.digest.replacing(":", with: "-")
      #expect(try await scene.get("/v2/app/manifests/\(tag)").head.status == 404)
      scene.upstream.update {
        $0.referrers.isEnabled = false
        $0.referrers.hasFallbackTags = true
      }
      #expect(try await scene.get("/v2/app/referrers/\(image.digest)").head.status == 404)
      let (head, body) = try await scene.get("/v2/app/manifests/\(tag)")
      #expect(head["Docker-Content-Digest"] == Digest.of(body).description)
      let index = try JSONDecoder().decode(Index.self, from: Data(body))
      #expect(Set(index.manifests.map(\.digest)) == Set(image.referrers))
    }
  }
}
