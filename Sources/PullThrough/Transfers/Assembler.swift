import BlockingIO
import Dispatch
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
  /// Bytes that have arrived, and where in the content they belong.
  struct Piece: Sendable {
    let bytes: ByteBuffer
    let range: Range<Int64>

    init(_ bytes: ByteBuffer, at offset: Int64) {
      self.bytes = bytes
      range = offset..<(offset + Int64(bytes.readableBytes))
    }
  }

  private struct Hashed: ~Copyable {
    var hash: RunningDigest
    var end: Int64 = 0
  }

  /// From here on a change of threads, some 20 µs, is small beside hashing: about 0.5 ms a MiB.
  private static let leastBytesHashedBeside = 256 << 10
  /// Bytes read back at once, so that writing never waits long for hashing to catch up.
  private static let catchUpBytes: Int64 = 4 << 20

  let storage: DownloadStorage
  private let download: Download
  private let hashing = Lane(label: "berth.lane.hash")
  /// Touched by one lane at a time: the lock is never contended.
  private let hashed: Mutex<Hashed>

  init(_ storage: DownloadStorage, for download: Download) {
    self.storage = storage
    self.download = download
    hashed = Mutex(Hashed(hash: RunningDigest(download.digest.algorithm)))
  }

  /// Writes pieces, tells the followers, and hashes what can be hashed.
  ///
  /// Followers come first: the withheld tail is what hashing gates. Many bytes at once mean that the upstream is faster
  /// than one thread: they are hashed beside being written.
  func write(_ pieces: [Piece]) throws(StoreError) {
    let beside = isWorthHashingBeside(pieces) ? hashBeside(pieces) : nil
    var written = 0
    var refusal: StoreError?
    while written < pieces.count, refusal == nil {
      refusal = writeToFile(pieces[written])
      if refusal == nil { written += 1 }
    }
    // What follows touches the hash.
    beside?.wait()
    for piece in pieces[..<written] { hash(piece) }
    if let refusal { try pass(pieces[written...], because: refusal) }
    try catchUp(atMost: Self.catchUpBytes)
  }

  /// - Returns: why the content is not kept; nil if the bytes are in the file.
  private func writeToFile(_ piece: Piece) -> StoreError? {
    guard storage.refusal == nil, let staging = storage.staging else { return storage.refusal }
    do throws(StoreError) {
      try piece.bytes.withUnsafeReadableBytes { (bytes) throws(StoreError) in
        try staging.write(bytes, at: piece.range.lowerBound)
      }
    } catch {
      storage.refuse(error)
      return error
    }
    download.wrote(piece.range)
    return nil
  }

  /// Hands bytes to the followers from memory. They are never seen here again, so that they must continue what has been
  /// hashed: those that arrive ahead of their turn are turned down, and asked for again when it comes.
  private func pass(_ pieces: ArraySlice<Piece>, because refusal: StoreError) throws(StoreError) {
    for piece in pieces {
      while hashed.withLock({ $0.end }) < piece.range.lowerBound {
        let before = hashed.withLock { $0.end }
        try catchUp(atMost: Self.catchUpBytes)
        guard hashed.withLock({ $0.end }) > before else { throw refusal }
      }
      download.pass(piece.bytes, at: piece.range.lowerBound)
      hash(piece)
    }
  }

  // MARK: Hashing

  private func isWorthHashingBeside(_ pieces: [Piece]) -> Bool {
    pieces.reduce(0) { $0 + $1.bytes.readableBytes } >= Self.leastBytesHashedBeside
  }

  /// Hashes pieces on a thread of its own; until it has signalled, the hash is not to be touched.
  private func hashBeside(_ pieces: [Piece]) -> DispatchSemaphore {
    let isHashed = DispatchSemaphore(value: 0)
    hashing.enqueue {
      for piece in pieces { self.hash(piece) }
      isHashed.signal()
    }
    return isHashed
  }

  /// Hashes what of a piece continues what has been hashed: nothing of one that was hashed, or is ahead of its turn.
  private func hash(_ piece: Piece) {
    hashed.withLock { hashed in
      guard piece.range.contains(hashed.end) else { return }
      piece.bytes.withUnsafeReadableBytes { bytes in
        hashed.hash.update(UnsafeRawBufferPointer(rebasing: bytes[Int(hashed.end - piece.range.lowerBound)...]))
      }
      hashed.end = piece.range.upperBound
    }
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
    guard let staging = storage.staging,
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
