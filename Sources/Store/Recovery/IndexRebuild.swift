import BlockingIO
import Glibc
import OCI
import Synchronization

/// Lists in a new index what lies in the shards: files are put there complete and verified, so that each is content.
///
/// What only the index knew is lost: tags, grants, referrers and pins. They come back with what upstream says.
final class IndexRebuild: Sendable {
  /// A file found, as it will be listed.
  typealias Found = (digest: Digest, record: ContentRecord)

  private let walk: Mutex<ShardWalk>
  private let shards: Shards
  private let limits: Limits

  init(_ directory: StoreDirectory, _ shards: Shards, limits: Limits = Limits()) {
    walk = Mutex(ShardWalk(directory))
    self.shards = shards
    self.limits = limits
  }

  /// The next files of a shard; nil after the last. Blocks.
  func next() throws(FileFailure) -> [Found]? {
    guard let step = try walk.withLock({ (walk) throws(FileFailure) in try walk.next() }) else { return nil }
    var found: [Found] = []
    for digest in step.digests {
      guard let file = try shards.open(digest) else { continue }
      let written = Int64(try Files.status(of: file.descriptor, .content).st_mtim.tv_sec)
      let record = ContentRecord(size: file.size, mediaType: mediaType(of: file, digest), lastAccess: written)
      found.append((digest: digest, record: record))
    }
    return found
  }

  /// The type of a manifest, as it says itself; nil for what is none.
  private func mediaType(of file: ContentFile, _ digest: Digest) -> MediaType? {
    guard file.size > 0, file.size <= limits.maxManifestBytes, file.firstByte == UInt8(ascii: "{"),
      let bytes = file.allBytes, Digest.of(bytes, digest.algorithm) == digest
    else { return nil }
    let manifest = bytes.withUnsafeBytes { try? Manifest.parse($0, declared: nil, limits: limits) }
    guard let manifest, manifest.kind != .other else { return nil }
    return manifest.mediaType
  }
}

extension ContentFile {
  /// The first byte; nil if it cannot be read.
  fileprivate var firstByte: UInt8? {
    var byte: UInt8 = 0
    return Files.retrying({ pread(descriptor, &byte, 1, 0) }) == 1 ? byte : nil
  }

  /// All bytes; nil if they cannot be read.
  fileprivate var allBytes: [UInt8]? {
    guard let count = Int(exactly: size) else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    var position = 0
    while position < count {
      let read = bytes.withUnsafeMutableBytes { buffer in
        Files.retrying {
          pread(descriptor, buffer.baseAddress?.advanced(by: position), count - position, off_t(position))
        }
      }
      guard read > 0 else { return nil }
      position += read
    }
    return bytes
  }
}

extension Store {
  /// Lists everything in the shards that the index does not have, and ends the rebuilding.
  func rebuildIndex() async throws(StoreError) {
    let rebuild = IndexRebuild(directory, shards)
    var found: [IndexRebuild.Found] = []
    while !Task.isCancelled {
      let step: [IndexRebuild.Found]?
      do throws(FileFailure) {
        step = try await upkeepLane.run { () throws(FileFailure) in try rebuild.next() }
      } catch { throw StoreError(error) }
      found += step ?? []
      if found.count >= Self.rowsPerCommit || step == nil {
        try await list(found, isLast: step == nil)
        found = []
      }
      if step == nil { return }
    }
  }

  private static let rowsPerCommit = 1_000

  private func list(_ found: [IndexRebuild.Found], isLast: Bool) async throws(StoreError) {
    try await write { (index) throws(StoreError) in
      for (digest, record) in found where try index.content(digest) == nil { try index.putContent(digest, record) }
      if isLast { try index.delete(index.tables.meta, MetaKey.rebuilding) }
    }
  }
}
