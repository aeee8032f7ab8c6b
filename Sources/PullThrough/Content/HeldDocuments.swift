import BlockingIO
import Logging
package import NIOCore
package import OCI
package import Store

/// Manifests that are held, read from the disk and parsed.
package final class HeldDocuments: Sendable {
  private let store: Store
  private let lanes: LanePool
  private let limits: Limits
  private let log: Logger

  init(_ context: ServiceContext, lanes: LanePool) {
    (store, limits, log) = (context.store, context.limits, context.log)
    self.lanes = lanes
  }

  /// The bytes of a held manifest. A file that is gone or of the wrong length has been dropped: it is fetched again.
  package func read(_ digest: Digest, _ record: ContentRecord) async throws(StoreError) -> ByteBuffer {
    let store = store
    let bytes = try await lanes.run { () throws(StoreError) in
      let file = try store.open(digest, record)
      return FileReading.read(file.descriptor, 0..<file.size, allocator: ByteBufferAllocator())
    }
    guard let bytes, bytes.withUnsafeReadableBytes({ Digest.of($0, digest.algorithm) }) == digest else {
      log.warning("a held manifest is damaged and dropped", metadata: ["digest": "\(digest)"])
      try await store.write { (index) throws(StoreError) in _ = try index.removeContent(digest) }
      throw .contentMissing(digest)
    }
    return bytes
  }

  /// What a manifest says, read from bytes that were verified before.
  ///
  /// Sizes are not judged again: a store that an earlier Berth wrote may hold a manifest that names any, and must be able to
  /// list and evict it.
  package func parse(_ bytes: ByteBuffer, _ mediaType: MediaType) throws(PullThroughError) -> Manifest {
    var limits = limits
    limits.maxBlobBytes = .max
    do throws(OCIError) {
      return try bytes.withUnsafeReadableBytes { [limits] (bytes) throws(OCIError) in
        try Manifest.parse(bytes, declared: mediaType, limits: limits)
      }
    } catch {
      throw .storeFailed(reason: "a held manifest does not parse: \(error)")
    }
  }

  /// A manifest that is held, and its length; nil when it is not held or does not parse.
  package func document(_ digest: Digest) async throws(StoreError) -> (manifest: Manifest, size: RemoteSize)? {
    guard let record = try store.content(digest), let mediaType = record.mediaType else { return nil }
    do throws(StoreError) {
      let bytes = try await read(digest, record)
      guard let manifest = try? parse(bytes, mediaType) else { return nil }
      return (manifest, RemoteSize(clamping: bytes.readableBytes))
    } catch {
      if error.isContentLost { return nil }
      throw error
    }
  }
}
