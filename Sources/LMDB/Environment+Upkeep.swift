import CLMDB
import Glibc

extension Environment {
  /// What the environment holds and how much of its map is used.
  public func usage() throws(LMDBError) -> MapUsage {
    // mdb_env_info reads the meta page through the map, so the map must stay where it is.
    _ = try gate.enter(.count, reusingIdle: false)
    defer { gate.leave() }
    var information = MDB_envinfo()
    try check(.count, mdb_env_info(handle.pointer, &information))
    var statistics = MDB_stat()
    try check(.count, mdb_env_stat(handle.pointer, &statistics))
    return MapUsage(
      mapBytes: information.me_mapsize,
      usedBytes: (information.me_last_pgno + 1) * Int(statistics.ms_psize),
      pageBytes: Int(statistics.ms_psize),
      readers: Int(information.me_numreaders)
    )
  }

  /// Doubles the map, up to ``EnvironmentOptions/maxMapBytes``, while no transaction runs; returns the new size.
  ///
  /// Throws ``LMDBError/Reason/mapFull`` when it is as large as it may be.
  @discardableResult
  public func growMap() throws(LMDBError) -> Int {
    let (doubled, overflows) = try usage().mapBytes.multipliedReportingOverflow(by: 2)
    let size = overflows ? options.maxMapBytes : min(doubled, options.maxMapBytes)
    guard try size > usage().mapBytes else { throw LMDBError(.resizeMap, code: MDB_MAP_FULL) }
    try gate.runAlone { () throws(LMDBError) in
      try check(.resizeMap, mdb_env_set_mapsize(handle.pointer, size))
    }
    return size
  }

  /// Frees the reader slots of processes that died; returns how many there were.
  ///
  /// A dead reader's snapshot keeps freed pages from use, and the file, once grown, never shrinks.
  @discardableResult
  public func clearStaleReaders() throws(LMDBError) -> Int {
    var dead: Int32 = 0
    try check(.checkReaders, mdb_reader_check(handle.pointer, &dead))
    return Int(dead)
  }
}

/// How much of an environment's map is used. Sizes are bytes.
public struct MapUsage: Sendable, Equatable {
  /// Address space that the map may use before it must grow.
  public let mapBytes: Int
  /// The data file's extent, pages that are free for use again included; it never shrinks.
  public let usedBytes: Int
  /// Size of a page.
  public let pageBytes: Int
  /// Reader slots in use, idle transactions kept for reuse included.
  public let readers: Int

  /// Whether it is time to grow: deletes need pages too, so a full map cannot be relieved by deleting.
  public var isNearlyFull: Bool { usedBytes >= mapBytes / 10 * 7 }
}
