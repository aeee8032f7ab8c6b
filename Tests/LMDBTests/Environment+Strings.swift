import LMDB

extension Environment {
  /// Writes records of text in one transaction.
  func put(_ table: Table, _ records: [String: String]) throws {
    try write { (transaction) throws(LMDBError) in
      for (key, value) in records { try transaction.put(table, Array(key.utf8), Array(value.utf8)) }
    }
  }

  /// Every record as `key=value`.
  func all(
    _ table: Table,
    from start: String = "",
    _ direction: ReadTransaction.Direction = .ascending,
    limit: Int = .max
  ) throws -> [String] {
    try read { (transaction) throws(LMDBError) in
      var records: [String] = []
      try transaction.scan(table, from: Array(start.utf8), direction) { key, value in
        records.append("\(String(decoding: key, as: UTF8.self))=\(String(decoding: value, as: UTF8.self))")
        return records.count < limit ? .next : .stop
      }
      return records
    }
  }
}
