import Synchronization

extension Store {
  /// Keeps the beginning of an interrupted download, so that the next one of that content carries on from there. Blocks.
  ///
  /// - Parameter length: bytes from the beginning that have arrived in one piece; what lies behind is cut off.
  public func setAside(_ staging: StagingFile, keeping length: Int64) throws(StoreError) {
    guard length > 0 else { return staging.discard() }
    try staging.keepPrefix(length)
    guard let name = staging.end() else { throw .stagingEnded(staging.digest) }
    leftovers.withLock { $0.add(name) }
  }
}
