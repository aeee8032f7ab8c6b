import NIOCore
import OCI
import Store
import Synchronization

/// Puts pieces into a download's staging file and hashes the content in order, whatever order the pieces come in.
///
/// Blocks: used on the download's lane only, which also orders its calls. A piece that continues what has been hashed is
/// hashed from memory; one that arrived ahead of its turn is read back from the file when its turn comes. Content that
/// cannot be kept goes from memory to the followers.
final class Assembler: Sendable {
  private struct Hashed: ~Copyable {
    var hash: RunningDigest
    var end: Int64 = 0
  }

  /// Bytes read back at once, so that writing never waits long for hashing to catch up.
  private static let catchUpBytes: Int64 = 4 << 20

  let keeping: Keeping
  private let download: Download
  /// Touched by the lane alone: the lock is never contended.
  private let hashed: Mutex<Hashed>

  init(_ keeping: Keeping, for download: Download) {
    self.keeping = keeping
    self.download = download
    hashed = Mutex(Hashed(hash: RunningDigest(download.digest.algorithm)))
  }

  /// Writes a piece, tells the followers, and hashes what can be hashed.
  ///
  /// Followers come first: the withheld tail is what hashing gates.
  func write(_ bytes: ByteBuffer, at offset: Int64) throws(StoreError) {
    let range = offset..<(offset + Int64(bytes.readableBytes))
    if let refusal = writeToFile(bytes, at: offset) {
      try pass(bytes, at: offset, because: refusal)
    } else {
      download.wrote(range)
    }
    hashed.withLock { hashed in
      guard range.contains(hashed.end) else { return }
      bytes.withUnsafeReadableBytes { bytes in
        hashed.hash.update(UnsafeRawBufferPointer(rebasing: bytes[Int(hashed.end - offset)...]))
      }
      hashed.end = range.upperBound
    }
    try catchUp(atMost: Self.catchUpBytes)
  }

  /// - Returns: why the content is not kept; nil if the bytes are in the file.
  private func writeToFile(_ bytes: ByteBuffer, at offset: Int64) -> StoreError? {
    guard keeping.refusal == nil, let staging = keeping.staging else { return keeping.refusal }
    do throws(StoreError) {
      try bytes.withUnsafeReadableBytes { (bytes) throws(StoreError) in try staging.write(bytes, at: offset) }
      return nil
    } catch {
      keeping.refuse(error)
      return error
    }
  }

  /// Hands bytes to the followers from memory. They are never seen here again, so that they must continue what has been
  /// hashed: those that arrive ahead of their turn are turned down, and asked for again when it comes.
  private func pass(_ bytes: ByteBuffer, at offset: Int64, because refusal: StoreError) throws(StoreError) {
    while hashed.withLock({ $0.end }) < offset {
      let before = hashed.withLock { $0.end }
      try catchUp(atMost: Self.catchUpBytes)
      guard hashed.withLock({ $0.end }) > before else { throw refusal }
    }
    download.pass(bytes, at: offset)
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
    guard let staging = keeping.staging,
      let bytes = FileReading.read(staging.descriptor, start..<end, allocator: ByteBufferAllocator())
    else {
      throw .stagedSizeDiffers(download.digest, expected: end, found: start)
    }
    hashed.withLock { hashed in
      bytes.withUnsafeReadableBytes { hashed.hash.update($0) }
      hashed.end = end
    }
  }
}
