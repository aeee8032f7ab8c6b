import Glibc

/// Content opened for reading; closed when the last reference goes. It outlives eviction.
public final class ContentFile: Sendable {
  /// Open for reading; its place belongs to nobody, so read with `pread` or `sendfile` and an offset.
  public let descriptor: Int32
  /// Length in bytes.
  public let size: Int64

  /// Tells this file from one that takes its place.
  let inode: UInt64

  init(owning descriptor: consuming OwnedDescriptor, _ status: stat) {
    self.descriptor = descriptor.release()
    size = Int64(status.st_size)
    inode = UInt64(status.st_ino)
  }

  deinit { Glibc.close(descriptor) }
}
