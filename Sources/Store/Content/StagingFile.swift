import Glibc
public import OCI
import Synchronization

/// A file that content is received into. Every call blocks; make it on a fetch lane.
///
/// Closed when the last reference goes. Left under its name then, unless published or discarded, so that the download
/// can be taken up again after a restart.
public final class StagingFile: Sendable {
  /// What is received.
  public let digest: Digest
  /// Open for reading and writing; followers send from it, with an offset.
  public let descriptor: Int32
  /// Bytes that are in it from earlier; they are not verified.
  public let resumed: ReceivedRanges

  private enum Name {
    case staged(StagingName)
    case ended
  }

  private let name: Mutex<Name>
  private let directory: StoreDirectory
  /// Whether a record of what is in it lies beside it.
  private let hasRecord: Bool

  init(
    owning descriptor: consuming OwnedDescriptor,
    _ name: StagingName,
    in directory: StoreDirectory,
    resumed: ReceivedRanges = ReceivedRanges(),
    hasRecord: Bool = false
  ) {
    self.digest = name.digest
    self.descriptor = descriptor.release()
    self.resumed = resumed
    self.hasRecord = hasRecord
    self.name = Mutex(.staged(name))
    self.directory = directory
  }

  deinit { Glibc.close(descriptor) }

  /// Writes all of `bytes` at `offset`.
  ///
  /// Throws ``StoreError/full(_:)``, ``StoreError/readOnly(_:)``, ``StoreError/device(_:)`` or
  /// ``StoreError/system(_:)``; some of the bytes may have been written.
  public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(StoreError) {
    do throws(FileFailure) { try Files.write(bytes, to: descriptor, at: offset) } catch { throw StoreError(error) }
  }

  /// Cuts the file to its first `length` bytes, so that only what is there in one piece is taken up again later.
  public func keepPrefix(_ length: Int64) throws(StoreError) {
    guard Files.retrying({ ftruncate(descriptor, off_t(length)) }) == 0 else { throw StoreError(.truncate, .staging) }
  }

  /// Removes the file; those that have it open go on reading it. What was published or discarded stays so.
  public func discard() {
    guard let staged = end() else { return }
    // Nothing to be done about a failure here: the sweep at the next start takes what is left.
    _ = try? Files.remove(staged.text, in: directory.staging.raw, .staging)
    removeRecord(of: staged)
  }

  /// Nothing is to be carried on with from a record any more. Blocks.
  func removeRecord(of staged: StagingName) {
    if hasRecord { PartialRecord.remove(of: staged, in: directory) }
  }

  /// Takes the name away, for whoever publishes or removes the file; nil when that has happened.
  func end() -> StagingName? {
    name.withLock { name in
      guard case .staged(let staged) = name else { return nil }
      name = .ended
      return staged
    }
  }
}
