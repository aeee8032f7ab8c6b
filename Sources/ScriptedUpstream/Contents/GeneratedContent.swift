import Foundation
import NIOCore
import OCI

/// Content made of a recipe: `size` bytes of noise that `seed` determines, the same on every machine and in every run.
///
/// Byte *i* is byte `i % 8`, counted from the least significant, of SplitMix64's output number `i / 8` for the state
/// `seed`. So any part can be computed without the rest, and nothing compresses.
public struct GeneratedContent: Sendable, Hashable, Codable {
  /// Length in bytes.
  public var size: Int64
  /// Which noise.
  public var seed: UInt64

  enum CodingKeys: String, CodingKey, CaseIterable { case size, seed }

  /// A recipe.
  public init(size: Int64, seed: UInt64) {
    self.size = size
    self.seed = seed
  }

  /// Reads the JSON form; `seed` is 0 when absent.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    self.init(size: try container.decode(Int64.self, forKey: .size), seed: try container.value(.seed, else: 0))
  }

  /// The bytes of `range` in memory.
  public func bytes(_ range: Range<Int64>) -> [UInt8] {
    range.map { index in
      UInt8(truncatingIfNeeded: Self.word(UInt64(index / 8), seed: seed) >> UInt64(8 * (index % 8)))
    }
  }

  private static func word(_ index: UInt64, seed: UInt64) -> UInt64 {
    var word = seed &+ (index &+ 1) &* 0x9E37_79B9_7F4A_7C15
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  private static let blockWords = 1 << 17

  /// Makes the bytes and their SHA-256: in memory when small, else in a file without a name. Blocking, about a second
  /// a GiB.
  func make() throws(ScriptedUpstreamError) -> (content: Content, digest: Digest) {
    guard size >= 0 else { throw .invalid("a blob cannot have \(size) bytes") }
    let file = size > Content.memoryLimit ? try BlobFile.temporary(size: size) : nil
    var memory = ByteBuffer()
    var digest = RunningDigest(.sha256)
    var block = [UInt64](repeating: 0, count: Self.blockWords)
    var position: Int64 = 0
    while position < size {
      let first = UInt64(position / 8)
      for index in block.indices {
        block[index] = Self.word(first + UInt64(index), seed: seed).littleEndian
      }
      let count = Int(min(Int64(Self.blockWords * 8), size - position))
      let errorCode: Int32? = block.withUnsafeBytes { all in
        let bytes = UnsafeRawBufferPointer(rebasing: all[..<count])
        digest.update(bytes)
        guard let file else {
          memory.writeBytes(bytes)
          return nil
        }
        return file.write(bytes, at: position)
      }
      if let errorCode { throw .file(path: "a temporary file", errno: errorCode) }
      position += Int64(count)
    }
    return (file.map { .file($0) } ?? .memory(memory), digest.finish())
  }
}

extension BlobFile {
  /// Writes all of `bytes`; the error number if that fails.
  fileprivate func write(_ bytes: UnsafeRawBufferPointer, at position: Int64) -> Int32? {
    var done = 0
    while done < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
      let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(position) + off_t(done))
      guard count > 0 else { return errno }
      done += count
    }
    return nil
  }
}
