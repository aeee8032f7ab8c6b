/// A pin: what it keeps from eviction.
public struct PinRecord: Sendable, Equatable {
  /// What the content is pinned for.
  public var key: PinKey
  /// When it was pinned, or pinned anew, in seconds since 1970.
  public var pinnedAt: Int64
  /// Number of contents pinned by this key.
  public var count: Int64
  /// Their length in bytes; some may be pinned by other keys, too.
  public var bytes: Int64

  /// A record of these values.
  public init(key: PinKey, pinnedAt: Int64, count: Int64, bytes: Int64) {
    self.key = key
    self.pinnedAt = pinnedAt
    self.count = count
    self.bytes = bytes
  }
}

extension PinRecord: IndexRecord {
  init?(_ reader: inout RecordReader) {
    guard let pinnedAt = reader.number(Int64.self), let count = reader.number(Int64.self),
      let bytes = reader.number(Int64.self), let key = reader.text()
    else { return nil }
    self.init(key: PinKey(recorded: key), pinnedAt: pinnedAt, count: count, bytes: bytes)
  }

  func write(to writer: inout RecordWriter) {
    writer.append(pinnedAt)
    writer.append(count)
    writer.append(bytes)
    writer.append(key.description)
  }
}

/// That some content is pinned: by how many keys, and what it weighs.
struct PinnedContent: IndexRecord {
  /// Length in bytes, as it was said when it was first pinned; the content need not be held yet.
  var size: Int64
  /// Keys that pin it; at least one.
  var keys: UInt32

  init(size: Int64, keys: UInt32) {
    self.size = size
    self.keys = keys
  }

  init?(_ reader: inout RecordReader) {
    guard let size = reader.number(Int64.self), size >= 0, let keys = reader.number(UInt32.self) else { return nil }
    self.init(size: size, keys: keys)
  }

  func write(to writer: inout RecordWriter) {
    writer.append(size)
    writer.append(keys)
  }
}
