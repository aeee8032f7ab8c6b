import Foundation
import Logging
import NIOCore
import OCI
import Store
import Testing

@testable import PullThrough

/// Small contents that are written together, over a real store.
@Suite final class GroupPublisherTests {
  private let path = FileManager.default.temporaryDirectory.appending(path: "berth-\(UUID().uuidString)").path
  private let contents = (0..<20).map { number in ByteBuffer(string: "content \(number)") }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  private func open(maxUnwrittenBytes: Int64) throws -> Store {
    var options = StoreOptions(path: path)
    options.maxUnwrittenBytes = maxUnwrittenBytes
    return try Store.open(options, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  private func publisher(_ store: Store, gatheringTime: Duration = .seconds(3_600)) -> GroupPublisher {
    var limits = Limits()
    limits.gatheringTime = gatheringTime
    limits.maxGroupedContents = contents.count
    return GroupPublisher(store, limits: limits)
  }

  private func digest(_ content: ByteBuffer) -> Digest { content.withUnsafeReadableBytes { Digest.of($0, .sha256) } }

  /// What became of each.
  private func publish(_ contents: [ByteBuffer], _ publisher: GroupPublisher) async -> [StoreError?] {
    await withTaskGroup { group in
      for (number, content) in contents.enumerated() {
        group.addTask { [digest = digest(content)] in
          do throws(StoreError) {
            try await publisher.publish(content, as: digest)
            return (number, nil as StoreError?)
          } catch { return (number, error) }
        }
      }
      var outcomes = [StoreError?](repeating: nil, count: contents.count)
      for await (number, outcome) in group { outcomes[number] = outcome }
      return outcomes
    }
  }

  private func file(of content: ByteBuffer) -> Data? {
    let hex = digest(content).description.dropFirst("sha256:".count)
    return FileManager.default.contents(atPath: path + "/content/sha256/\(hex.prefix(2))/\(hex)")
  }

  @Test(arguments: [Int64.max, -1]) func allAreInTheirPlacesTogetherOrOneByOne(maxUnwrittenBytes: Int64) async throws {
    let store = try open(maxUnwrittenBytes: maxUnwrittenBytes)
    #expect(store.groupsPublication(of: 2) == (maxUnwrittenBytes > 0))
    #expect(await publish(contents, publisher(store)) == Array(repeating: nil, count: contents.count))
    for content in contents { #expect(file(of: content) == Data(content.readableBytesView)) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: path + "/staging") == [])
    await store.close()
  }

  @Test func oneAloneIsWrittenWhenItsTimeIsUp() async throws {
    let store = try open(maxUnwrittenBytes: .max)
    let publisher = publisher(store, gatheringTime: .milliseconds(1))
    #expect(await publish([contents[0]], publisher) == [nil])
    #expect(file(of: contents[0]) != nil)
    await store.close()
  }

  @Test func aHurryWritesWhatGathers() async throws {
    let store = try open(maxUnwrittenBytes: .max)
    let publisher = publisher(store)
    await publisher.flushing { #expect(await publish([contents[0]], publisher) == [nil]) }
    #expect(file(of: contents[0]) != nil)
    await store.close()
  }

  /// One whose place cannot be had costs the others nothing.
  @Test func oneThatFailsFailsAlone() async throws {
    let store = try open(maxUnwrittenBytes: .max)
    let hex = digest(contents[7]).description.dropFirst("sha256:".count)
    let obstacle = path + "/content/sha256/\(hex.prefix(2))/\(hex)"
    try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: true)
    let outcomes = await publish(contents, publisher(store))
    #expect(outcomes.indices.filter { outcomes[$0] != nil } == [7])
    #expect(try FileManager.default.contentsOfDirectory(atPath: path + "/staging") == [])
    await store.close()
  }

  @Test func withoutAStagingDirectoryEachIsRefused() async throws {
    let store = try open(maxUnwrittenBytes: .max)
    try FileManager.default.removeItem(atPath: path + "/staging")
    let outcomes = await publish(contents, publisher(store))
    #expect(outcomes.allSatisfy { $0 != nil })
    await store.close()
  }
}
