import NIOCore
import OCI
import Testing
import Upstream

@testable import PullThrough

/// Lists of tags and of referrers: fetched once, remembered, served as last seen, never shortened.
@Suite struct ListStoryTests {
  private let image = SampleImage("listed", layers: [noise(10, seed: 5)])

  private func scene() throws -> Scene {
    let scene = try Scene()
    for tag in ["b", "a", "c"] { scene.registry.put(image, as: try Tag(parsing: tag), in: scene.repository.name) }
    return scene
  }

  @Test func tagsAreFetchedOnceWhileFresh() async throws {
    let scene = try scene()
    for _ in 0..<3 {
      let list = try await scene.pullThrough.tags(in: scene.repository)
      #expect(list.warning == nil)
      let page = list.tags.page(limit: nil, last: nil, maxSize: 1_000)
      #expect(String(buffer: page.json).contains(#""a","b","c""#))
    }
    #expect(scene.takeCounts() == [.listTags: 1])
    scene.clock.advance(60)
    #expect(scene.pullThrough.tagsAtHand(in: scene.repository) == nil)
  }

  @Test func whileUpstreamIsAwayTheLastListIsServedWithAWarning() async throws {
    let scene = try scene()
    _ = try await scene.pullThrough.tags(in: scene.repository)
    scene.clock.advance(60)
    scene.registry.with { $0.failures[.listTags] = .unreachable("away") }
    #expect(try await scene.pullThrough.tags(in: scene.repository).warning != nil)
    scene.clock.advance(4_000)
    let repository = scene.repository
    #expect(await failure { () throws(PullThroughError) in try await scene.pullThrough.tags(in: repository) } != nil)
  }

  @Test func aListThatIsTooLongIsAnError() async throws {
    let scene = try scene()
    scene.registry.with { $0.failures[.listTags] = .listTooLong("many") }
    let repository = scene.repository
    let error = await failure { () throws(PullThroughError) in try await scene.pullThrough.tags(in: repository) }
    guard case .listTooLong = error else { return #expect(Bool(false), "\(String(describing: error))") }
  }

  @Test func troubleIsNeverAnEmptyListOfReferrers() async throws {
    let scene = try scene()
    let (subject, repository) = (image.digest, scene.repository)
    scene.registry.with { $0.failures[.listReferrers] = .failed(status: 500, message: nil) }
    let error = await failure { () throws(PullThroughError) in
      try await scene.pullThrough.referrers(of: subject, in: repository)
    }
    guard case .upstreamFailed = error else { return #expect(Bool(false), "\(String(describing: error))") }
  }

  @Test func anUpstreamWithoutReferrersIsAskedForTheFallbackTag() async throws {
    let scene = try scene()
    scene.registry.with { $0.hasReferrersAPI = false }
    let signature = SampleImage("signature", layers: [], subject: image.digest)
    let list = SampleImage.index([(signature.manifest, .ociManifest)])
    scene.registry.put(list, .ociIndex, as: image.digest.fallbackTag, in: scene.repository.name)
    let found = try await scene.pullThrough.referrers(of: image.digest, in: scene.repository)
    #expect(found.referrers.digests == [signature.digest])
  }

  @Test func referrersThatWereRefusedAreNotServedAsLastSeen() async throws {
    let scene = try scene()
    let (subject, repository) = (image.digest, scene.repository)
    _ = try await scene.manifest(.digest(subject))
    _ = try await scene.pullThrough.referrers(of: subject, in: repository)
    scene.clock.advance(60)
    scene.registry.with { $0.failures[.listReferrers] = .denied(status: 403) }
    let refused = await failure { () throws(PullThroughError) in
      try await scene.pullThrough.referrers(of: subject, in: repository)
    }
    guard case .denied = refused else { return #expect(Bool(false), "\(String(describing: refused))") }
    scene.registry.with { $0.failures[.listReferrers] = .unreachable("away") }
    #expect(
      await failure { () throws(PullThroughError) in
        try await scene.pullThrough.referrers(of: subject, in: repository)
      } != nil
    )
  }
}
