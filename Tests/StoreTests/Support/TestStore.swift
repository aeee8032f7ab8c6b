import Foundation
import Logging
import OCI
import Synchronization

@testable import Store

/// A clock that only moves when told.
final class TestClock: Sendable {
  let seconds = Mutex<Int64>(1_000)
  var now: Int64 { seconds.withLock { $0 } }
}

/// A store in a directory of its own, with a clock that only moves when told; the directory goes with it.
final class TestStore: Sendable {
  let path: String
  let clock = TestClock()

  init() {
    path = FileManager.default.temporaryDirectory.appending(path: "berth-\(UUID().uuidString)").path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Opens the store; access times are only flushed when a test says so.
  func open(_ change: (inout StoreOptions) -> Void = { _ in }) throws -> Store {
    try Store.open(options(change), log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  func options(_ change: (inout StoreOptions) -> Void = { _ in }) -> StoreOptions {
    var options = StoreOptions(path: path)
    options.indexMapBytes = 64 << 20
    options.accessFlushInterval = .seconds(86_400)
    options.now = { [clock] in clock.now }
    change(&options)
    return options
  }

  /// Sets the clock to now, where the times of files matter.
  func useRealTime() { clock.seconds.withLock { $0 = Int64(Date().timeIntervalSince1970) } }

  /// Moves the clock.
  func advance(_ seconds: Int64) { clock.seconds.withLock { $0 += seconds } }

  /// The place of content's file.
  func file(of digest: Digest) -> String { "\(path)/content/\(ShardPath(digest).relative)" }

  /// Names in the staging directory.
  var staged: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path + "/staging")) ?? [] }
}

extension Store {
  /// Stages, publishes and records bytes, as a download does.
  @discardableResult
  func keep(_ bytes: [UInt8], mediaType: MediaType? = nil) async throws -> Digest {
    let digest = try stageAndPublish(bytes)
    let record = ContentRecord(size: Int64(bytes.count), mediaType: mediaType, lastAccess: options.now())
    try await write { (index) throws(StoreError) in try index.putContent(digest, record) }
    return digest
  }

  /// Puts a file in its place without its row.
  func stageAndPublish(_ bytes: [UInt8]) throws -> Digest {
    let digest = Digest.of(bytes)
    let staging = try createStaging(for: digest, expectedSize: Int64(bytes.count))
    try bytes.withUnsafeBytes { try staging.write($0, at: 0) }
    try publish(staging, as: digest, size: Int64(bytes.count))
    return digest
  }

  /// All bytes of content, by way of the index.
  func bytes(of digest: Digest) throws -> [UInt8]? {
    guard let record = try content(digest) else { return nil }
    return try open(digest, record).bytes
  }

  /// Waits until what earlier runs left is mended.
  func tidied() async {
    while !upkeep.withLock({ $0.isTidy }) { await Task.yield() }
  }

  /// Waits for changes that nobody waits for, and for the removal of files.
  func consume() async throws {
    try await write { _ throws(StoreError) in }
    await shards.finishRemovals()
  }
}

extension ContentFile {
  /// All bytes of the file.
  var bytes: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Int(size))
    let count = pread(descriptor, &bytes, bytes.count, 0)
    return Array(bytes.prefix(max(0, count)))
  }
}
