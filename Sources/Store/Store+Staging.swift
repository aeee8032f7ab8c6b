import BlockingIO
import Glibc
import Logging
public import OCI
import Synchronization

extension Store {
  /// Makes a file to receive content into. Blocks.
  ///
  /// `expectedSize`, in bytes, is what is to arrive, if it is known.
  public func createStaging(for digest: Digest, expectedSize: Int64?) throws(StoreError) -> StagingFile {
    let name = StagingName(digest, nonce: .random(in: .min ... .max))
    do throws(FileFailure) {
      let file = try Files.open(
        name.text,
        in: directory.staging.raw,
        O_RDWR | O_CREAT | O_EXCL,
        .staging
      )
      return StagingFile(owning: file, name, in: directory)
    } catch { throw StoreError(error) }
  }

  /// Whether there is part of `digest` to carry on with; see ``resumeStaging(for:from:)``.
  public func hasLeftover(of digest: Digest) -> Bool {
    partialFiles.has(digest) || leftovers.withLock { $0.has(digest) }
  }

  /// Takes up a file that an earlier run of Berth was receiving `digest` into, or that parts of it were received into; nil when
  /// there is none of use. Blocks.
  ///
  /// What of it is there (``StagingFile/resumed``) is not verified.
  /// - Parameter upstream: who is asked for the rest. Parts that another one sent are given up.
  public func resumeStaging(for digest: Digest, from upstream: UpstreamName) throws(StoreError) -> StagingFile? {
    if let file = try takeParts(of: digest, from: upstream) { return file }
    while let name = leftovers.withLock({ $0.take(digest) }) {
      do throws(FileFailure) {
        if let resumed = try received(in: name, from: upstream) {
          let file = try Files.open(name.text, in: directory.staging.raw, O_RDWR, .staging)
          return StagingFile(owning: file, name, in: directory, resumed: resumed, hasRecord: true)
        }
        partialFiles.removeStaged(name)
      } catch {
        if error.code != ENOENT { throw StoreError(error) }
      }
    }
    return nil
  }

  /// What of an earlier run's file can be carried on with; nil if nothing can. Blocks.
  private func received(in name: StagingName, from upstream: UpstreamName) throws(FileFailure) -> ReceivedRanges? {
    if leftovers.withLock({ $0.hasRecord(name) }) {
      guard let record = PartialRecord(of: name, in: directory), record.upstream == upstream else { return nil }
      return record.ranges
    }
    let file = try Files.open(name.text, in: directory.staging.raw, O_RDONLY, .staging)
    let length = try Self.contiguousLength(of: file.raw)
    guard length > 0 else { return nil }
    var ranges = ReceivedRanges()
    ranges.insert(0..<length)
    return ranges
  }

  /// lseek(2)'s `SEEK_HOLE`, which Glibc's module leaves out.
  private static let seekHole: Int32 = 4

  /// Bytes that are surely there before the first hole: what was received out of order lies behind one.
  private static func contiguousLength(of file: Int32) throws(FileFailure) -> Int64 {
    let status = try Files.status(of: file, .staging)
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else { return 0 }
    let (hole, size) = (Int64(lseek(file, 0, seekHole)), Int64(status.st_size))
    guard hole >= 0, hole < size else { return size }
    // Holes are of whole blocks: of the one before it, only the beginning may have been written.
    return max(0, hole - Int64(status.st_blksize))
  }

  /// Makes staged bytes durable and moves them to their place. Blocks.
  ///
  /// The caller has verified length and digest, and records the content next (`write { try $0.putContent(…) }`); until
  /// then nobody sees it. When this throws, the staging file is gone: a failed sync must not be tried again.
  public func publish(_ staging: StagingFile, as digest: Digest, size: Int64) throws(StoreError) {
    let found: Int64
    do throws(FileFailure) {
      found = Int64(try Files.status(of: staging.descriptor, .staging).st_size)
    } catch { throw StoreError(error) }
    guard found == size else { throw .stagedSizeDiffers(digest, expected: size, found: found) }
    guard let name = staging.end() else { throw .stagingEnded(digest) }
    defer { staging.removeRecord(of: name) }
    do throws(FileFailure) {
      try Files.syncData(staging.descriptor, .staging)
      try shards.put(name.text, as: digest)
    } catch {
      _ = try? Files.remove(name.text, in: directory.staging.raw, .staging)
      throw StoreError(error)
    }
  }

  /// Writes verified bytes and publishes them, as ``publish(_:as:size:)`` does. Blocks.
  public func publish(_ bytes: UnsafeRawBufferPointer, as digest: Digest) throws(StoreError) {
    try publish(try stage(bytes, as: digest), as: digest, size: Int64(bytes.count))
  }

  /// Writes verified bytes into a staging file. Blocks.
  func stage(_ bytes: UnsafeRawBufferPointer, as digest: Digest) throws(StoreError) -> StagingFile {
    let staging = try createStaging(for: digest, expectedSize: Int64(bytes.count))
    do throws(StoreError) {
      try staging.write(bytes, at: 0)
    } catch {
      staging.discard()
      throw error
    }
    return staging
  }

  /// Removes what earlier runs left in the staging directory and nobody will take up. Blocks.
  func sweepStaging() {
    adoptRecordedLeftovers()
    ageParts()
    let foreign = leftovers.withLock { $0.takeForeign() }
    let found = leftovers.withLock { $0.remaining }.compactMap { inspect($0) }
    let surplus = StagingLeftovers.surplus(found, now: options.now()) { digest in
      (try? content(digest)) ?? nil != nil
    }
    let names = foreign + surplus.filter { name in leftovers.withLock { $0.takeForRemoval(name) } }.map(\.text)
    for name in names { _ = try? Files.remove(name, in: directory.staging.raw, .staging) }
  }

  private func inspect(_ name: StagingName) -> StagingLeftovers.Found? {
    guard let found = try? Files.status(of: name.text, in: directory.staging.raw, .staging) else { return nil }
    return .init(name: name, size: Int64(found.st_size), modified: Int64(found.st_mtim.tv_sec))
  }
}

extension Store {
  /// Keeps what has arrived of an interrupted download, so that the next one of that content carries on from there. Blocks.
  ///
  /// - Parameters:
  ///   - received: what is in the file. Without a length of the whole, what lies behind the first gap is cut off.
  ///   - totalBytes: length of the whole; nil if it is not known.
  ///   - upstream: who sent it.
  public func suspend(
    _ staging: StagingFile,
    received: ReceivedRanges,
    of totalBytes: Int64?,
    from upstream: UpstreamName
  ) throws(StoreError) {
    guard received.total > 0 else { return staging.discard() }
    let prefix = received.contiguousEnd(from: 0)
    if let totalBytes, received.total > prefix, received.ranges.count <= PartialRecord.maxRanges {
      return try suspend(staging, PartialRecord(upstream: upstream, totalBytes: totalBytes, ranges: received))
    }
    guard prefix > 0 else { return staging.discard() }
    try staging.keepPrefix(prefix)
    guard let name = staging.end() else { throw .stagingEnded(staging.digest) }
    staging.removeRecord(of: name)
    leftovers.withLock { $0.add(name) }
  }

  private func suspend(_ staging: StagingFile, _ record: PartialRecord) throws(StoreError) {
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

extension Store {
  /// Finds out whether content can be kept now: makes room, and makes, syncs and removes a small file.
  ///
  /// Throws what keeps content from being kept, as ``reserve(_:)``, ``createStaging(for:expectedSize:)`` and
  /// ``write(_:)`` do.
  public func probeWriting() async throws(StoreError) {
    let bytes = [UInt8](repeating: 0, count: 64 << 10)
    let reservation = try await reserve(Int64(bytes.count))
    defer { reservation.release() }
    try await upkeepLane.run { () throws(StoreError) in try self.writeAndRemove(bytes) }
    try await write { (_) throws(StoreError) in }
  }

  private func writeAndRemove(_ bytes: [UInt8]) throws(StoreError) {
    let staging = try createStaging(for: .of(bytes), expectedSize: nil)
    defer { staging.discard() }
    let written: Result<Void, StoreError> = bytes.withUnsafeBytes { bytes in
      do throws(StoreError) { return .success(try staging.write(bytes, at: 0)) } catch { return .failure(error) }
    }
    try written.get()
    do throws(FileFailure) { try Files.syncData(staging.descriptor, .staging) } catch { throw StoreError(error) }
  }

  /// Takes back published content whose row could not be written for lack of room: its file goes, unless it is held.
  /// Blocks.
  public func discardUnrecorded(_ digest: Digest) {
    shards.withdraw(digest)
    // What cannot be removed now is an orphan, and the sweep of those tries again.
    _ = try? shards.removeOrphan(digest, putBefore: .max) { digest in ((try? self.content(digest)) ?? nil) != nil }
  }
}

extension Store {
  /// Takes content whose bytes the device does not give out of use, until it is fetched again or Berth is started anew.
  /// Row and file stay: the device may give them later. What has taken the file's place meanwhile is not concerned,
  /// nor a file that has become shorter: ``open(_:_:)`` finds and drops it.
  public func reportUnreadable(_ file: ContentFile, of digest: Digest) {
    guard let now = try? shards.open(digest), now.inode == file.inode, now.size == file.size else { return }
    quarantine(digest, because: "its file does not give all of its bytes")
  }

  func quarantine(_ digest: Digest, because reason: String) {
    guard invalid.insert(digest) else { return }
    log.warning(
      "content cannot be read; it is fetched again when it is asked for",
      metadata: ["digest": "\(digest)", "error": "\(reason)"]
    )
  }

  /// Takes content out of use at once, and drops its row behind the caller.
  ///
  /// `isStillWrong` is asked when the row is about to be dropped: the content may have been fetched again by then.
  func invalidate(_ digest: Digest, isStillWrong: @escaping @Sendable (Shards, ContentRecord) -> Bool) {
    guard invalid.insert(digest) else { return }
    log.warning("content is not as recorded; it is dropped, to be fetched again", metadata: ["digest": "\(digest)"])
    let (shards, invalid) = (shards, invalid)
    writer.enqueue { (index) throws(StoreError) in
      guard let record = try index.content(digest), isStillWrong(shards, record) else { return }
      try index.removeContent(digest)
    } finished: { failure in
      // While the row cannot be dropped, the content stays out of use.
      if failure == nil { invalid.remove([digest]) }
    }
  }
}
