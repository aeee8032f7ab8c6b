/// Writes a tar of regular files, so that equal names and bytes always give an equal tar.
struct TarWriter: ~Copyable {
  private let write: (UnsafeRawBufferPointer) throws(BundleError) -> Void
  private var unwritten: Int64 = 0
  private var padding = 0

  /// - Parameter write: takes the tar's bytes, in order.
  init(_ write: @escaping (UnsafeRawBufferPointer) throws(BundleError) -> Void) {
    self.write = write
  }

  /// Begins an entry of `size` bytes, all of which must be appended before the next.
  mutating func begin(_ name: String, size: Int64) throws(BundleError) {
    precondition(unwritten == 0 && size >= 0, "an entry is begun before the one before it is whole")
    let bytes = Array(name.utf8)
    if let header = TarHeader(name: bytes, size: size).render() {
      try put(header)
    } else {
      try beginExtended(bytes, size: size)
    }
    unwritten = size
    padding = Self.padding(size)
    if size == 0 { padding = 0 }
  }

  /// A name beyond 100 bytes or a size beyond 8 GiB goes into pax records.
  private func beginExtended(_ name: [UInt8], size: Int64) throws(BundleError) {
    let shortName = Array(name.suffix(100))
    let fitsSize = TarHeader(name: shortName, size: size).render() != nil
    let records = PaxRecords(path: name.count > 100 ? name : nil, size: fitsSize ? nil : size).render()
    let described = TarHeader(kind: .paxRecords, name: Array("pax".utf8), size: Int64(records.count)).render()
    let header = TarHeader(name: shortName, size: fitsSize ? size : 0).render()
    guard let described, let header else { return }
    try put(described)
    try put(records + Array(repeating: 0, count: Self.padding(Int64(records.count))))
    try put(header)
  }

  /// Adds bytes of the entry that was begun.
  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(BundleError) {
    precondition(bytes.count <= unwritten, "more bytes than the entry was begun with")
    try write(bytes)
    unwritten -= Int64(bytes.count)
    if unwritten == 0 {
      try put(Array(repeating: 0, count: padding))
      padding = 0
    }
  }

  /// A whole entry.
  mutating func add(_ name: String, _ bytes: [UInt8]) throws(BundleError) {
    try begin(name, size: Int64(bytes.count))
    try bytes.withBytes { (bytes) throws(BundleError) in try append(bytes) }
  }

  /// Writes the end marker.
  consuming func finish() throws(BundleError) {
    precondition(unwritten == 0, "the last entry is not whole")
    try put(Array(repeating: 0, count: 2 * TarHeader.blockSize))
  }

  private func put(_ bytes: [UInt8]) throws(BundleError) {
    try bytes.withBytes { (bytes) throws(BundleError) in try write(bytes) }
  }

  /// Zeros behind a body of that length.
  static func padding(_ size: Int64) -> Int {
    let surplus = Int(size % Int64(TarHeader.blockSize))
    return surplus == 0 ? 0 : TarHeader.blockSize - surplus
  }
}
