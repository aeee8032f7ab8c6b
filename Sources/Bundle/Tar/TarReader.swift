import OCI

/// Finds the entries of a tar, and refuses a tar that could mean different things to different readers.
///
/// Nothing is extracted: a name is a key, never a path that is opened.
struct TarReader {
  private let source: any ByteSource
  private let limits: Limits
  private var offset: Int64 = 0
  private var entries: [TarEntry] = []
  private var names: Set<String> = []

  /// What extension headers have said about the next entry.
  private struct Extension {
    var path: [UInt8]?
    var target: [UInt8]?
    var size: Int64?

    var isEmpty: Bool { path == nil && target == nil && size == nil }
  }

  private init(_ source: any ByteSource, limits: Limits) {
    (self.source, self.limits) = (source, limits)
  }

  /// All entries, in their order. Reads headers only.
  static func entries(of source: any ByteSource, limits: Limits) throws(BundleError) -> [TarEntry] {
    var reader = TarReader(source, limits: limits)
    try reader.readAll()
    return reader.entries
  }

  private mutating func readAll() throws(BundleError) {
    var pending = Extension()
    while let header = try nextHeader() {
      let start = offset - Int64(TarHeader.blockSize)
      switch header.kind {
      case .paxRecords, .longName, .longTarget:
        try read(header, at: start, into: &pending)
      case .file, .directory, .hardLink, .symbolicLink:
        try add(header, pending, at: start)
        pending = Extension()
      }
    }
    guard pending.isEmpty else { throw refused(.badExtension("about no entry"), at: offset) }
    try checkEnd()
  }

  /// The next header; nil at the end marker.
  private mutating func nextHeader() throws(BundleError) -> TarHeader? {
    let start = offset
    let block = try source.read(at: start, count: TarHeader.blockSize)
    guard block.count == TarHeader.blockSize else { throw refused(.truncated, at: start) }
    offset += Int64(TarHeader.blockSize)
    if block.allSatisfy({ $0 == 0 }) { return nil }
    do throws(TarError.Reason) {
      return try TarHeader(parsing: block)
    } catch {
      throw refused(error, at: start)
    }
  }

  private mutating func read(
    _ header: TarHeader,
    at start: Int64,
    into pending: inout Extension
  ) throws(BundleError) {
    guard header.size > 0, header.size <= Int64(limits.maxTarExtensionBytes) else {
      throw refused(.badExtension("its length"), at: start)
    }
    let bytes = try source.read(try takeBody(header.size, at: start))
    do throws(TarError.Reason) {
      switch header.kind {
      case .longName: try Self.set(&pending.path, Self.untilNUL(bytes))
      case .longTarget: try Self.set(&pending.target, Self.untilNUL(bytes))
      default:
        let records = try PaxRecords(parsing: bytes)
        if let path = records.path { try Self.set(&pending.path, path) }
        if let target = records.target { try Self.set(&pending.target, target) }
        if let size = records.size { try Self.set(&pending.size, size) }
      }
    } catch {
      throw refused(error, at: start)
    }
  }

  /// Two headers that say the same thing could be read either way.
  private static func set<Value>(_ value: inout Value?, _ new: Value) throws(TarError.Reason) {
    guard value == nil else { throw .duplicate }
    value = new
  }

  private static func untilNUL(_ bytes: [UInt8]) -> [UInt8] { Array(bytes.prefix { $0 != 0 }) }

  private mutating func add(_ header: TarHeader, _ pending: Extension, at start: Int64) throws(BundleError) {
    let raw = pending.path ?? header.name
    let shown = String(decoding: raw, as: UTF8.self)
    guard let name = Self.name(raw, isDirectory: header.kind == .directory) else {
      throw refused(.badName, at: start, shown)
    }
    guard names.insert(name).inserted else { throw refused(.duplicate, at: start, shown) }
    guard entries.count < limits.maxTarEntries else {
      throw refused(.tooManyEntries(limit: limits.maxTarEntries), at: start)
    }
    let size = pending.size ?? header.size
    guard header.kind == .file || size == 0 else { throw refused(.badNumber(field: "size"), at: start, shown) }
    guard pending.target == nil || header.kind == .hardLink || header.kind == .symbolicLink else {
      throw refused(.badExtension("a link's target for what is no link"), at: start, shown)
    }
    let body = try takeBody(size, at: start, shown)
    let kind: TarEntry.Kind =
      switch header.kind {
      case .hardLink, .symbolicLink: .link(target: String(decoding: pending.target ?? header.target, as: UTF8.self))
      case .directory: .directory
      default: .file
      }
    entries.append(TarEntry(name: name, kind: kind, offset: body.lowerBound, size: size))
  }

  /// Passes over a body and its padding, which must be there.
  private mutating func takeBody(_ size: Int64, at start: Int64, _ name: String = "") throws(BundleError) -> Range<
    Int64
  > {
    let padding = Int64(TarWriter.padding(size))
    // Differences, as a file with holes may end so late that sums do not fit.
    guard size <= source.size - offset, padding <= source.size - offset - size else {
      throw refused(.truncated, at: start, name)
    }
    let body = offset..<(offset + size)
    offset = body.upperBound + padding
    return body
  }

  /// The name in one spelling: without one `./` before it and, of a directory, the slash behind it.
  private static func name(_ raw: [UInt8], isDirectory: Bool) -> String? {
    var bytes = raw[...]
    if isDirectory, bytes == [UInt8(ascii: ".")] { return "" }
    if bytes.starts(with: [UInt8(ascii: "."), UInt8(ascii: "/")]) { bytes = bytes.dropFirst(2) }
    if isDirectory, bytes.isEmpty { return "" }
    if isDirectory, bytes.last == UInt8(ascii: "/") { bytes = bytes.dropLast() }
    guard bytes.count <= 255, bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }) else {
      return nil
    }
    let parts = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let dot = UInt8(ascii: ".")
    guard !parts.contains(where: { $0.isEmpty || $0.elementsEqual([dot]) || $0.elementsEqual([dot, dot]) }) else {
      return nil
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Behind the first block of zeros there is another, and nothing but zeros follows.
  private mutating func checkEnd() throws(BundleError) {
    let second = try source.read(at: offset, count: TarHeader.blockSize)
    guard second.count == TarHeader.blockSize else { throw refused(.truncated, at: offset) }
    guard second.allSatisfy({ $0 == 0 }), source.size - offset <= limits.maxTarTrailerBytes else {
      throw refused(.trailingData, at: offset)
    }
    let rest = try source.read(offset..<source.size)
    guard rest.allSatisfy({ $0 == 0 }) else { throw refused(.trailingData, at: offset) }
  }

  private func refused(_ reason: TarError.Reason, at offset: Int64, _ name: String = "") -> BundleError {
    .refused(TarError(reason, at: offset, name: name))
  }
}

/// An entry of a tar: what it is called, and where its bytes lie.
struct TarEntry: Equatable {
  enum Kind: Equatable {
    case file
    case directory
    /// A link of either kind, with what it names, as it stands.
    case link(target: String)
  }

  /// Components joined by single slashes; none is `.` or `..`. The archive's root is the empty name.
  var name: String
  var kind: Kind
  /// Where its bytes begin in the archive.
  var offset: Int64
  /// Length in bytes; 0 of whatever is not a file.
  var size: Int64
}
