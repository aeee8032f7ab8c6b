import LMDB
import OCI

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

extension IndexKey {
  /// Keys of pins are arbitrary text; long ones are abbreviated as repositories are. `pin ` + 300 + ` ` + 135 = 440.
  private static let maxPinBytes = 300

  /// `content sha256:…`, in `pins`: that some content is pinned.
  static func pinned(_ digest: Digest) -> [UInt8] {
    var key = Array("content ".utf8)
    key.append(digest)
    return key
  }

  /// `pin docker.io/library/alpine:3`, in `pins`: a pin.
  static func pin(_ pin: PinKey) -> [UInt8] {
    var key = pins
    key.append(abbreviating: pin.description, maxBytes: maxPinBytes)
    return key
  }

  /// What the keys of all pins begin with, and those of what they pin.
  static let pins = Array("pin ".utf8)

  /// `pin docker.io/library/alpine:3 sha256:…`, in `pins`: that a pin pins some content.
  static func pin(_ pin: PinKey, _ digest: Digest) -> [UInt8] {
    var key = contents(of: pin)
    key.append(digest)
    return key
  }

  /// What the keys of all that a pin pins begin with.
  static func contents(of pin: PinKey) -> [UInt8] { self.pin(pin) + [UInt8(ascii: " ")] }
}

extension IndexTables {
  /// That `digest` is pinned; nil if it is not.
  func pinned(_ digest: Digest, _ transaction: borrowing ReadTransaction) throws(StoreError) -> PinnedContent? {
    try record(of: IndexKey.pinned(digest), in: pins, transaction)
  }

  /// What `pin` pins, sorted.
  func contents(of pin: PinKey, _ transaction: borrowing ReadTransaction) throws(StoreError) -> [Digest] {
    var digests: [Digest] = []
    try scan(pins, prefix: IndexKey.contents(of: pin), transaction) { (key, _) throws(StoreError) in
      guard let digest = Digest(endOf: key, after: UInt8(ascii: " ")) else { throw .damagedRecord(table: pins.name) }
      digests.append(digest)
      return .next
    }
    return digests
  }

  /// Bytes of all pinned content, each counted once.
  func pinnedBytes(_ transaction: borrowing ReadTransaction) throws(StoreError) -> Int64 {
    try record(StoreTotals.self, of: MetaKey.pinned, in: meta, transaction)?.bytes ?? 0
  }
}
