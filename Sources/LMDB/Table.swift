import CLMDB

/// A named table of an ``Environment``; a value, valid as long as the environment is open.
public struct Table: Sendable, Hashable {
  /// The name that the table was opened by.
  public let name: String
  let handle: MDB_dbi
}
