public import OCI
import Synchronization

extension Store {
  /// Keeps what has arrived of an interrupted download, so that the next one of that content carries on from there. Blocks.
  ///
  /// - Parameters:
  ///   - received: what is in the file. Without a length of the whole, what lies behind the first gap is cut off.
  ///   - totalBytes: length of the whole; nil if it is not known.
  ///   - upstream: who sent it.
  public func setAside(
    _ staging: StagingFile,
    received: ReceivedRanges,
    of totalBytes: Int64?,
    from upstream: UpstreamName
  ) throws(StoreError) {
    guard received.total > 0 else { return staging.discard() }
    let prefix = received.contiguousEnd(from: 0)
    if let totalBytes, received.total > prefix, received.ranges.count <= PartialRecord.maxRanges {
      return try setAside(staging, PartialRecord(upstream: upstream, totalBytes: totalBytes, ranges: received))
    }
    guard prefix > 0 else { return staging.discard() }
    try staging.keepPrefix(prefix)
    guard let name = staging.end() else { throw .stagingEnded(staging.digest) }
    staging.removeRecord(of: name)
    leftovers.withLock { $0.add(name) }
  }

  private func setAside(_ staging: StagingFile, _ record: PartialRecord) throws(StoreError) {
    guard let name = staging.end() else { throw .stagingEnded(staging.digest) }
    do throws(FileFailure) { try record.write(for: name, in: directory) } catch {
      partialFiles.removeStaged(name)
      throw StoreError(error)
    }
    let file = PartialFile(name, record, in: directory, usedAt: options.now())
    guard partialFiles.add(file) === file else { return partialFiles.removeStaged(name) }
    if !hasRoom(for: 0..<0, in: file) { partialFiles.giveUp(file) }
  }
}
