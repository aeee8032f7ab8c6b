import NIOCore

/// Writes gzip (RFC 1952) without compressing: deflate's stored blocks (RFC 1951 §3.2.4).
enum StoredGzip {
  static func encode(_ bytes: ByteBuffer) -> ByteBuffer {
    let view = bytes.readableBytesView
    var output = ByteBuffer(bytes: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF])
    var rest = view[...]
    repeat {
      let block = rest.prefix(0xFFFF)
      rest = rest.dropFirst(block.count)
      output.writeInteger(UInt8(rest.isEmpty ? 1 : 0))
      output.writeInteger(UInt16(block.count), endianness: .little)
      output.writeInteger(~UInt16(block.count), endianness: .little)
      output.writeBytes(block)
    } while !rest.isEmpty
    output.writeInteger(checksum(view), endianness: .little)
    output.writeInteger(UInt32(truncatingIfNeeded: view.count), endianness: .little)
    return output
  }

  private static let table: [UInt32] = (0..<256).map { start in
    (0..<8).reduce(UInt32(start)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
  }

  private static func checksum(_ bytes: ByteBufferView) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in table[Int((sum ^ UInt32(byte)) & 0xFF)] ^ (sum >> 8) }
  }
}
