import OCI

/// Content that lies somewhere on disk and is to be brought in.
public struct StoredContent: Sendable {
  /// Length in bytes.
  public let size: Int64
  private let place: Place

  private enum Place: Sendable {
    case within(any ByteSource, offset: Int64)
    /// Opened when it is read, because there may be more of them than a process may have open.
    case file(RegistryDirectory.Blob)
  }

  init(_ entry: TarEntry, in source: any ByteSource) {
    size = entry.size
    place = .within(source, offset: entry.offset)
  }

  init(_ bytes: [UInt8]) {
    size = Int64(bytes.count)
    place = .within(MemoryBytes(bytes), offset: 0)
  }

  init(_ blob: RegistryDirectory.Blob) {
    size = blob.size
    place = .file(blob)
  }

  /// Begins to read.
  public func reader() throws(BundleError) -> Reader {
    switch place {
    case .within(let source, let offset): Reader(source: source, position: offset, end: offset + size)
    case .file(let blob): Reader(source: try blob.open(), position: 0, end: size)
    }
  }

  /// Reads content piece by piece. Blocks.
  public struct Reader: Sendable {
    fileprivate let source: any ByteSource
    fileprivate var position: Int64
    fileprivate let end: Int64

    /// The next piece, of `maxBytes` at the most; nil behind the last.
    public mutating func next(maxBytes: Int = 1 << 20) throws(BundleError) -> [UInt8]? {
      guard position < end else { return nil }
      let pieceEnd = min(end, position.saturatingSum(Int64(max(1, maxBytes))))
      defer { position = pieceEnd }
      return try source.read(position..<pieceEnd)
    }
  }

  /// All bytes, of a document.
  func bytes(limits: Limits) throws(BundleError) -> [UInt8] {
    guard size <= limits.maxManifestBytes else {
      throw .documentRefused("a manifest", reason: "it has \(size) bytes")
    }
    var reader = try reader()
    return try reader.next(maxBytes: limits.maxManifestBytes) ?? []
  }

  /// The digest of the bytes. Blocks for as long as reading takes.
  func digest(_ algorithm: DigestAlgorithm) throws(BundleError) -> Digest {
    var running = RunningDigest(algorithm)
    var reader = try reader()
    while let piece = try reader.next() { piece.withUnsafeBytes { running.update($0) } }
    return running.finish()
  }
}
