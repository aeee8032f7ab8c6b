import Foundation
import Logging
import NIOCore
import OCI
import Store
import Testing

@testable import PullThrough

/// The file that content arrives in is opened while clients are told the length already.
@Suite final class StagingInTimeTests {
  private let path = FileManager.default.temporaryDirectory.appending(path: "berth-\(UUID().uuidString)").path
  private let content = [UInt8](repeating: 7, count: 100_000)
  private let store: Store
  private let download: Download
  private let follower: Follower
  private let storage: DownloadStorage

  init() throws {
    let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let repository = Repository(upstream: try UpstreamName(parsing: "hub"), name: try RepositoryName(parsing: "a/b"))
    store = try Store.open(StoreOptions(path: path), log: log)
    download = Download(.of(content), from: repository, for: .client, limits: Limits())
    follower = try #require(download.follow())
    let health = StoreHealth(store, metrics: Metrics(), log: log)
    storage = DownloadStorage(
      of: download.digest,
      from: repository.upstream,
      in: store,
      health: health,
      limits: Limits()
    )
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  private func begin() { download.begin(totalBytes: Int64(content.count)) { _ in } }

  private func writeHalf() throws {
    let half = Assembler.Piece(ByteBuffer(bytes: content[..<50_000]), at: 0)
    try Assembler(storage, for: download).write([half])
  }

  @Test func theLengthIsToldBeforeThereIsAFile() async throws {
    #expect(!download.hasBegun)
    begin()
    #expect(download.hasBegun)
    #expect(try await download.totalBytes() == Int64(content.count))
    #expect(download.descriptor == nil)
    guard case .wait = follower.progress(from: 0, wake: {}) else { return #expect(Bool(false), "there is nothing yet") }
  }

  @Test func whoIsToldThatBytesAreInTheFileFindsIt() throws {
    begin()
    download.opened(try #require(storage.openStaging()))
    try writeHalf()
    #expect(follower.progress(from: 0, wake: {}) == .available(upTo: 50_000))
    #expect(download.descriptor == storage.staging?.descriptor)
    #expect(download.descriptor != nil)
  }

  @Test func whatAnEarlierRunLeftCountsAsArrived() throws {
    let interrupted = try store.createStaging(for: download.digest, expectedSize: nil)
    try content[..<30_000].withUnsafeBytes { try interrupted.write($0, at: 0) }
    var received = ReceivedRanges()
    received.insert(0..<30_000)
    try store.suspend(interrupted, received: received, of: nil, from: download.repository.upstream)
    download.opened(try #require(storage.openStaging()))
    #expect(!download.hasBegun, "upstream has said nothing")
    #expect(download.receivedBytes == 30_000)
    begin()
    #expect(follower.progress(from: 0, wake: {}) == .available(upTo: 30_000))
  }

  /// The file cannot be made, and that is known only when the client has its length, and room has been promised.
  @Test func aFileThatCannotBeMadeCostsNobodyTheContent() async throws {
    begin()
    await storage.makeRoom(for: 1, of: Int64(content.count))
    #expect(storage.reservation != nil)
    try FileManager.default.removeItem(atPath: path + "/staging")
    #expect(storage.openStaging() == nil)
    #expect(storage.refusal != nil)
    #expect(storage.reservation == nil, "nothing is kept that would need room")
    try writeHalf()
    guard case .bytes(let bytes) = follower.progress(from: 0, wake: {}) else {
      return #expect(Bool(false), "passed from memory")
    }
    #expect(bytes.readableBytes == 50_000)
    #expect(download.descriptor == nil)
  }

  @Test func noRoomIsAskedForWhenThereIsNoFile() async throws {
    try FileManager.default.removeItem(atPath: path + "/staging")
    #expect(storage.openStaging() == nil)
    await storage.makeRoom(for: 1, of: Int64(content.count))
    #expect(storage.reservation == nil)
  }
}
