extension ReadTransaction {
  /// ``get(_:_:_:)`` with the key as an array.
  @inlinable
  public func get<Result>(_ table: Table, _ key: [UInt8], _ body: (Bytes) -> Result) throws(LMDBError) -> Result? {
    try key.withUnsafeBufferPointer { (bytes) throws(LMDBError) in try get(table, Bytes(bytes), body) }
  }

  /// ``scan(_:from:_:_:)`` with the start as an array.
  public func scan(
    _ table: Table,
    from start: [UInt8],
    _ direction: Direction = .ascending,
    _ body: (_ key: Bytes, _ value: Bytes) -> Step
  ) throws(LMDBError) {
    try start.lent { (start) throws(LMDBError) in
      // Seeking to an empty key is refused by LMDB, and means the beginning.
      try scan(table, from: start.isEmpty ? nil : start, direction, body)
    }
  }
}

extension WriteTransaction {
  /// ``put(_:_:_:)`` with key and value as arrays.
  public func put(_ table: Table, _ key: [UInt8], _ value: [UInt8]) throws(LMDBError) {
    try key.lent { (key) throws(LMDBError) in
      try value.lent { (value) throws(LMDBError) in try put(table, key, value) }
    }
  }

  /// ``putIfAbsent(_:_:_:)`` with key and value as arrays.
  public func putIfAbsent(_ table: Table, _ key: [UInt8], _ value: [UInt8]) throws(LMDBError) -> Bool {
    try key.lent { (key) throws(LMDBError) in
      try value.lent { (value) throws(LMDBError) in try putIfAbsent(table, key, value) }
    }
  }

  /// ``delete(_:_:)`` with the key as an array.
  @discardableResult
  public func delete(_ table: Table, _ key: [UInt8]) throws(LMDBError) -> Bool {
    try key.lent { (key) throws(LMDBError) in try delete(table, key) }
  }
}

extension Array<UInt8> {
  /// `withUnsafeBytes` that keeps the type of the error.
  fileprivate func lent<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withUnsafeBufferPointer { (buffer) throws(Failure) in try body(UnsafeRawBufferPointer(buffer)) }
  }
}
