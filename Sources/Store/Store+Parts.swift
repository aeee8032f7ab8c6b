import Glibc
public import OCI
import Synchronization

/// Content of which clients ask for parts alone: see ``PartialFile``.
extension Store {
  /// Room is asked for in steps of so many bytes.
  private static let roomStepBytes: Int64 = 256 << 10

  /// The file that parts of a content are kept in, made if there is none. Blocks. End it with ``PartialFile/end(at:)``.
  ///
  /// - Parameters:
  ///   - upstream: who sends them; what another one has sent is given up.
  ///   - totalBytes: length of the whole.
  /// - Returns: nil when parts are not kept: the whole is held, or too many parts of others are being written.
  public func parts(
    of digest: Digest,
    from upstream: UpstreamName,
    totalBytes: Int64
  ) throws(StoreError) -> PartialFile? {
    guard try content(digest) == nil else { return nil }
    if let file = partialFiles[digest] {
      let record = file.summary.record
      if record.upstream == upstream, record.totalBytes == totalBytes, try begins(file) { return file }
      guard !file.summary.isInUse else { return nil }
      partialFiles.giveUp(file)
    }
    adoptRecordedLeftovers(of: digest)
    let name = StagingName(digest, nonce: .random(in: .min ... .max))
    let record = PartialRecord(upstream: upstream, totalBytes: totalBytes)
    let file = partialFiles.add(PartialFile(name, record, in: directory, usedAt: options.now()))
    let found = file.summary.record
    guard found.upstream == upstream, found.totalBytes == totalBytes, try begins(file) else { return nil }
    return file
  }

  private func begins(_ file: PartialFile) throws(StoreError) -> Bool {
    do throws(FileFailure) { return try file.begin() } catch { throw StoreError(error) }
  }

  /// Makes sure that there is room for a range that is about to be written. Parts take only room that is to spare: no content
  /// is evicted for them, but other parts are given up. Blocks.
  public func hasRoom(for range: Range<Int64>, in file: PartialFile) -> Bool {
    let missing = file.shortage(for: range)
    guard missing > 0 else { return true }
    let wanted = missing.saturatingSum(Self.roomStepBytes)
    if availableBytes < wanted {
      let others = partialFiles.oldest(freeing: wanted.saturatingDifference(availableBytes))
      for other in others where other !== file { partialFiles.giveUp(other) }
    }
    guard availableBytes >= wanted, case .granted = ledger.reserve(wanted, already: 0) else { return false }
    file.add(Reservation(ledger, bytes: wanted))
    return true
  }

  /// Takes the parts of a content over for a download of the whole. Blocks.
  func takeParts(of digest: Digest, from upstream: UpstreamName) throws(StoreError) -> StagingFile? {
    guard let file = partialFiles[digest] else { return nil }
    guard file.summary.record.upstream == upstream else {
      partialFiles.giveUp(file)
      return nil
    }
    partialFiles.remove(file)
    guard let record = file.take(), !record.ranges.ranges.isEmpty else {
      partialFiles.removeStaged(file.name)
      return nil
    }
    do throws(FileFailure) {
      // For the next start, should this run not come to an end with it.
      try record.write(for: file.name, in: directory)
      let descriptor = try Files.open(file.name.text, in: directory.staging.raw, O_RDWR, .staging)
      return StagingFile(owning: descriptor, file.name, in: directory, resumed: record.ranges, hasRecord: true)
    } catch {
      partialFiles.removeStaged(file.name)
      throw StoreError(error)
    }
  }

  /// Gives up parts that are too old, too many, or of content that is held. Blocks.
  func ageParts() {
    let surplus = partialFiles.surplus(at: options.now()) { ((try? content($0)) ?? nil) != nil }
    for file in surplus { partialFiles.giveUp(file) }
  }

  /// Looks after what earlier runs left of parts as this one does after its own. Blocks.
  /// - Parameter digest: only after those of this one; nil for all.
  func adoptRecordedLeftovers(of digest: Digest? = nil) {
    for name in leftovers.withLock({ $0.takeRecorded(of: digest) }) {
      guard let record = PartialRecord(of: name, in: directory),
        let status = try? Files.status(of: name.text, in: directory.staging.raw, .staging),
        Int64(status.st_size) <= record.totalBytes
      else {
        partialFiles.removeStaged(name)
        continue
      }
      let file = PartialFile(name, record, in: directory, usedAt: Int64(status.st_mtim.tv_sec))
      guard partialFiles.add(file) === file else {
        partialFiles.removeStaged(name)
        continue
      }
      if !hasRoom(for: 0..<0, in: file) { partialFiles.giveUp(file) }
    }
  }
}
