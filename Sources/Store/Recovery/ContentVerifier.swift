import Glibc
import OCI

/// Hashes one file of content, a piece at a time. Blocks.
struct ContentVerifier: ~Copyable, Sendable {
  /// Bytes read by one call: some ten milliseconds of work.
  private static let pieceBytes = 4 << 20

  private let file: ContentFile
  private let digest: Digest
  private var running: RunningDigest
  private var position: Int64 = 0

  init(_ file: ContentFile, _ digest: Digest) {
    self.file = file
    self.digest = digest
    running = RunningDigest(digest.algorithm)
  }

  /// What is known after a piece.
  enum Outcome: Equatable {
    /// So many bytes were read; there are more.
    case more(Int)
    /// All bytes were read, and are what the digest says.
    case sound(Int)
    /// All bytes were read, and are something else.
    case damaged(Int)
  }

  /// Reads the next piece.
  mutating func next() throws(FileFailure) -> Outcome {
    let wanted = Int(min(Int64(Self.pieceBytes), file.size - position))
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: wanted, alignment: 4_096)
    defer { buffer.deallocate() }
    var count = 0
    while count < wanted {
      let read = Files.retrying {
        pread(file.descriptor, buffer.baseAddress?.advanced(by: count), wanted - count, off_t(position) + off_t(count))
      }
      if read < 0 { throw FileFailure(.read, .content) }
      // Shorter than when it was opened.
      if read == 0 { return .damaged(count) }
      count += read
    }
    running.update(UnsafeRawBufferPointer(buffer))
    position += Int64(count)
    guard position == file.size else { return .more(count) }
    return running.copy().finish() == digest ? .sound(count) : .damaged(count)
  }
}
