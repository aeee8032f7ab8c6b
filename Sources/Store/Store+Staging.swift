import Glibc
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

  /// Whether an earlier run of Berth left part of `digest`; see ``resumeStaging(for:)``.
  public func hasLeftover(of digest: Digest) -> Bool { leftovers.withLock { $0.has(digest) } }

  /// Takes up a file that an earlier run of Berth was receiving `digest` into; nil when there is none of use. Blocks.
  ///
  /// Its first ``StagingFile/resumedLength`` bytes are there, not verified.
  public func resumeStaging(for digest: Digest) throws(StoreError) -> StagingFile? {
    while let name = leftovers.withLock({ $0.take(digest) }) {
      do throws(FileFailure) {
        let file = try Files.open(name.text, in: directory.staging.raw, O_RDWR, .staging)
        let length = try Self.contiguousLength(of: file.raw)
        if length > 0 { return StagingFile(owning: file, name, in: directory, resumedLength: length) }
        try Files.remove(name.text, in: directory.staging.raw, .staging)
      } catch {
        if error.code != ENOENT { throw StoreError(error) }
      }
    }
    return nil
  }

  /// lseek(2)'s `SEEK_HOLE`, which Glibc's module leaves out.
  private static let seekHole: Int32 = 4

  /// Bytes up to the first hole: what was received out of order lies behind one.
  private static func contiguousLength(of file: Int32) throws(FileFailure) -> Int64 {
    let status = try Files.status(of: file, .staging)
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else { return 0 }
    let hole = lseek(file, 0, seekHole)
    return hole < 0 ? Int64(status.st_size) : min(Int64(hole), Int64(status.st_size))
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
