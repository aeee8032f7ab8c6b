import BlockingIO
import NIOCore
import OCI
import Store

/// Keeps parts that come by aside, for a download of the whole that completes them, as long as that works: it costs the client
/// that they are fetched for nothing if it does not.
final class PartsKeeping: Sendable {
  private let store: Store
  private let lane: Lane
  private let file: PartialFile?
  private let clock: WallClock

  init(
    _ digest: Digest,
    from upstream: UpstreamName,
    totalBytes: Int64,
    in store: Store,
    on lane: Lane,
    clock: WallClock
  ) async {
    (self.store, self.lane, self.clock) = (store, lane, clock)
    file = await lane.run { try? store.parts(of: digest, from: upstream, totalBytes: totalBytes) }
  }

  /// Bytes have come.
  func write(_ bytes: ByteBuffer, at offset: Int64) async {
    guard let file else { return }
    let range = offset..<offset.saturatingSum(Int64(bytes.readableBytes))
    await lane.run { [store] in
      guard store.hasRoom(for: range, in: file) else { return }
      _ = bytes.withUnsafeReadableBytes { file.write($0, at: offset) }
    }
  }

  /// No more come.
  /// - Returns: whether all of the content is there.
  func end() async -> Bool {
    guard let file else { return false }
    return await lane.run { [clock] in
      file.end(at: clock.now())
      return file.isComplete
    }
  }
}
