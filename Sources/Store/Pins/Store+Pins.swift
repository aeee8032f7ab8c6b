import LMDB
public import OCI

extension Store {
  /// Keeps content from eviction for `pin`; returns when it is on disk. See ``IndexWrite/pin(_:_:)``.
  public func pin(_ pin: PinKey, _ contents: [Digest: RemoteSize]) async throws(StoreError) {
    try await write { (index) throws(StoreError) in try index.pin(pin, contents) }
  }

  /// Lets content be evicted that only `pin` kept; says whether there was such a pin.
  @discardableResult
  public func unpin(_ pin: PinKey) async throws(StoreError) -> Bool {
    try await write { (index) throws(StoreError) in try index.unpin(pin) }
  }

  /// The pins, sorted by key.
  public func pins() throws(StoreError) -> [PinRecord] {
    var pins: [PinRecord] = []
    try read { (transaction) throws(StoreError) in
      var start = IndexKey.pins
      while let (key, pin) = try nextPin(from: start, transaction) {
        pins.append(pin)
        // What the pin pins stands behind it, with a space between.
        start = key + [UInt8(ascii: " ") + 1]
      }
    }
    return pins.sorted { $0.key.description < $1.key.description }
  }

  /// What `pin` pins, sorted; empty if there is no such pin.
  public func contents(of pin: PinKey) throws(StoreError) -> [Digest] {
    try read { (transaction) throws(StoreError) in try tables.contents(of: pin, transaction) }
  }

  /// Whether content is kept from eviction.
  public func isPinned(_ digest: Digest) throws(StoreError) -> Bool {
    try read { (transaction) throws(StoreError) in try tables.pinned(digest, transaction) != nil }
  }

  private func nextPin(
    from start: [UInt8],
    _ transaction: borrowing ReadTransaction
  ) throws(StoreError) -> (key: [UInt8], pin: PinRecord)? {
    var found: (key: [UInt8], pin: PinRecord)?
    try tables.scan(tables.pins, prefix: IndexKey.pins, from: start, transaction) { (key, value) throws(StoreError) in
      guard let pin = PinRecord(record: value) else { throw .damagedRecord(table: tables.pins.name) }
      found = (Array(key), pin)
      return .stop
    }
    return found
  }
}
