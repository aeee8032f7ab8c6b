/// Bytes that can be read from any place, as often as one likes.
protocol ByteSource: Sendable {
  /// What to call it in an error.
  var path: String { get }
  /// Length in bytes.
  var size: Int64 { get }
  /// Up to `count` bytes from `offset` on; fewer only at the end. Blocks.
  func read(at offset: Int64, count: Int) throws(BundleError) -> [UInt8]
}

extension ByteSource {
  /// Exactly the bytes of `range`, which must fit into memory.
  func read(_ range: Range<Int64>) throws(BundleError) -> [UInt8] {
    let bytes = try read(at: range.lowerBound, count: range.count)
    guard bytes.count == range.count else {
      throw .fileFailed(path: path, reason: "it became shorter while it was read")
    }
    return bytes
  }
}

/// Bytes that are in memory.
struct MemoryBytes: ByteSource {
  let path = "memory"
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var size: Int64 { Int64(bytes.count) }

  func read(at offset: Int64, count: Int) throws(BundleError) -> [UInt8] {
    guard offset >= 0, offset < size, count > 0 else { return [] }
    return Array(bytes[Int(offset)...].prefix(count))
  }
}

extension [UInt8] {
  /// `withUnsafeBytes` that throws what `body` throws.
  func withBytes<Value, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let result = withUnsafeBytes { bytes in Result { () throws(Failure) in try body(bytes) } }
    return try result.get()
  }
}
