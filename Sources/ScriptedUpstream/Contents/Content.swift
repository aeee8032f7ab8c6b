import NIOCore
import OCI

/// The bytes of a blob or a manifest.
enum Content: Sendable {
  case memory(ByteBuffer)
  case file(BlobFile)

  /// Files up to this size are read into memory once; larger ones are sent from where they lie.
  static let memoryLimit: Int64 = 1 << 20

  var size: Int64 {
    switch self {
    case .memory(let buffer): Int64(buffer.readableBytes)
    case .file(let file): file.size
    }
  }

  /// The bytes of `range`, which lies within `size`, as something to be sent.
  func piece(_ range: Range<Int64>) -> Piece {
    switch self {
    case .memory(let buffer):
      .bytes(buffer.getSlice(at: buffer.readerIndex + Int(range.lowerBound), length: Int(range.count)) ?? ByteBuffer())
    case .file(let file): .file(file, range)
    }
  }

  /// All bytes, copied into memory.
  var bytes: ByteBuffer {
    switch self {
    case .memory(let buffer): buffer
    case .file(let file): file.read(0..<file.size)
    }
  }

  /// The content of a file, held open or, when small, copied.
  static func file(at path: String) throws(ScriptedUpstreamError) -> Content {
    let file = try BlobFile(path: path)
    return file.size <= memoryLimit ? .memory(file.read(0..<file.size)) : .file(file)
  }
}

extension Digest {
  /// The digest of `buffer`.
  static func of(_ buffer: ByteBuffer, _ algorithm: DigestAlgorithm = .sha256) -> Digest {
    buffer.withUnsafeReadableBytes { Digest.of($0, algorithm) }
  }
}
