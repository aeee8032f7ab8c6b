import LMDB
import Logging
import OCI
import Synchronization

extension Store {
  /// Makes a change of the index; returns when it is on disk. Changes that wait together are committed together.
  ///
  /// `body` may be run more than once (see ``IndexWrite``) and must not wait for anything. When it throws, or the
  /// commit fails, nothing is changed. Throws, besides what `body` does, ``StoreError/full(_:)``,
  /// ``StoreError/index(_:)``, ``StoreError/indexIsReadOnly`` and ``StoreError/closed``.
  @discardableResult
  public func write<Result: Sendable>(
    _ body: @escaping @Sendable (borrowing IndexWrite) throws(StoreError) -> Result
  ) async throws(StoreError) -> Result {
    let result = try await writer.write(body)
    evictor.wake()
    return result
  }

  /// Waits until the files of content that was removed from the index are gone, and their room is free.
  public func finishRemovals() async { await shards.finishRemovals() }

  /// Writes the access times that are noted in memory.
  public func flushAccessTimes() async {
    let chunks = clock.take(chunkSize: Self.accessesPerCommit)
    for chunk in chunks {
      do throws(StoreError) {
        try await write { (index) throws(StoreError) in
          for access in chunk { try index.touch(access.digest, at: access.seconds) }
        }
      } catch {
        // Losing them costs a wrong order of eviction, nothing else.
        log.debug("access times were not written", metadata: ["error": "\(error)"])
      }
    }
  }

  /// Keeps one commit of access times to some tens of milliseconds, so that other changes need not wait long.
  private static let accessesPerCommit = 2_000
}
