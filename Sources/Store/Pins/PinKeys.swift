import LMDB
import OCI

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
