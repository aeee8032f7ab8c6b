import NIOCore
import OCI
import Store
import Synchronization

/// Puts pieces into a download's staging file and hashes the content in order, whatever order the pieces come in.
///
/// Blocks: used on the download's lane only, which also orders its calls. A piece that continues what has been hashed is
/// hashed from memory; one that arrived ahead of its turn is read back from the file when its turn comes.
final class Assembler: Sendable {
  private struct Hashed: ~Copyable {
    var hash: RunningDigest
    var end: Int64 = 0
  }

  /// Bytes read back at once, so that writing never waits long for hashing to catch up.
  private static let catchUpBytes: Int64 = 4 << 20

  let staging: StagingFile
  private let download: Download
  /// Touched by the lane alone: the lock is never contended.
  private let hashed: Mutex<Hashed>

  init(_ staging: StagingFile, for download: Download) {
    self.staging = staging
    self.download = download
    hashed = Mutex(Hashed(hash: RunningDigest(download.digest.algorithm)))
  }

  /// Writes a piece, tells the followers, and hashes what can be hashed.
  ///
  /// Followers come first: the withheld tail is what hashing gates.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(StoreError) {
    try staging.write(bytes, at: offset)
    let range = offset..<(offset + Int64(bytes.count))
    download.wrote(range)
    hashed.withLock { hashed in
      guard range.contains(hashed.end) else { return }
      hashed.hash.update(UnsafeRawBufferPointer(rebasing: bytes[Int(hashed.end - offset)...]))
      hashed.end = range.upperBound
    }
    try catchUp(atMost: Self.catchUpBytes)
  }

  /// The digest of the first `size` bytes, all of which have arrived.
  func digest(size: Int64) throws(StoreError) -> Digest {
    while hashed.withLock({ $0.end }) < size { try catchUp(atMost: Self.catchUpBytes) }
    return hashed.withLock { $0.hash.copy().finish() }
  }

  /// Hashes bytes that are in the file already, up to a number.
  private func catchUp(atMost maxBytes: Int64) throws(StoreError) {
    let start = hashed.withLock { $0.end }
    let end = min(download.contiguousEnd(from: start), start + maxBytes)
    guard end > start else { return }
    guard let bytes = FileReading.read(staging.descriptor, start..<end, allocator: ByteBufferAllocator()) else {
      throw .stagedSizeDiffers(download.digest, expected: end, found: start)
    }
    hashed.withLock { hashed in
      bytes.withUnsafeReadableBytes { hashed.hash.update($0) }
      hashed.end = end
    }
  }
}
