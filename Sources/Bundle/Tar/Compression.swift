/// How a file is compressed, told by its first bytes.
enum Compression: String {
  case gzip
  case zstd
  case bzip2
  case xz

  init?(startOf bytes: some Collection<UInt8>) {
    switch Array(bytes.prefix(6)) {
    case let start where start.starts(with: [0x1F, 0x8B]): self = .gzip
    case let start where start.starts(with: [0x28, 0xB5, 0x2F, 0xFD]): self = .zstd
    case let start where start.starts(with: Array("BZh".utf8)): self = .bzip2
    case let start where start == [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]: self = .xz
    default: return nil
    }
  }
}
