import BlockingIO
import Glibc
import OCI
import Synchronization

/// The files of content that is held: opening, publishing and removing them.
///
/// Publishing puts the file before the row, removing takes the row before the file: a crash in between leaves a file
/// without a row, never a row without its file. ``ShardClaims`` keep the two apart on one digest.
final class Shards: Sendable {
  private let directory: StoreDirectory
  /// Those seen to exist and to be directories of the store, so that a hit costs one `openat`.
  private let known = KnownShards()
  /// Those whose names this process has made durable. That others made them is not enough: whoever did may have been
  /// killed before the sync, or may not have come to it yet.
  private let durable = KnownShards()
  /// The same of the directories above them.
  private let durableAlgorithms = Mutex<Set<DigestAlgorithm>>([])
  private let claims = ClaimLocks()
  /// Where files are removed, so that neither the index writer nor a request waits for it.
  private let removals = Lane(label: "berth.removals")

  init(_ directory: StoreDirectory) { self.directory = directory }

  private var content: Int32 { directory.content.raw }

  /// Opens the file of `digest`; nil when there is none, or something else than a regular file in its place.
  func open(_ digest: Digest) throws(FileFailure) -> ContentFile? {
    guard try isKnown(digest) else { return nil }
    let path = ShardPath(digest).relative
    // Not blocking, should somebody have put a pipe there.
    let descriptor = Files.retrying { openat(content, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ELOOP { return nil }
      throw FileFailure(.open, .content)
    }
    let file = OwnedDescriptor(owning: descriptor)
    let status = try Files.status(of: descriptor, .content)
    guard status.st_mode & S_IFMT == S_IFREG else { return nil }
    return ContentFile(owning: file, status)
  }

  /// Moves a staged file, whose bytes are on disk, to its place, and makes its name durable. A file that is there
  /// already gives way: what was just verified is the better of the two.
  ///
  /// To be followed by the row; until that is committed, or ``withdraw(_:)``, nobody removes the file.
  func put(_ staged: String, as digest: Digest) throws(FileFailure) {
    try move(staged, as: digest) { (shard) throws(FileFailure) in try Files.sync(shard, .shard) }
  }

  /// As ``put(_:as:)``, but the name is not durable before the file system is synced.
  func place(_ staged: String, as digest: Digest) throws(FileFailure) {
    try move(staged, as: digest) { _ in }
  }

  private func move(
    _ staged: String,
    as digest: Digest,
    then finish: (_ shard: Int32) throws(FileFailure) -> Void
  ) throws(FileFailure) {
    let shard = try openDurableShard(of: digest)
    claims.with(digest) { $0.publish(digest) }
    do throws(FileFailure) {
      guard renameat(directory.staging.raw, staged, shard.raw, ShardPath(digest).file) == 0 else {
        throw FileFailure(.rename, .content)
      }
      try finish(shard.raw)
    } catch {
      claims.with(digest) { $0.withdraw(digest) }
      throw error
    }
  }

  /// The row of content that was put in place will not come.
  func withdraw(_ digest: Digest) { claims.with(digest) { $0.withdraw(digest) } }

  /// A commit put rows for `put` and removed those of `removed`, whose files now go too, behind all requests.
  func committed(put: [Digest], removed: [Digest]) {
    for digest in put { claims.with(digest) { $0.rowCommitted(digest) } }
    let pendingRemoval = removed.filter { digest in claims.with(digest) { $0.rowRemoved(digest) } }
    guard !pendingRemoval.isEmpty else { return }
    removals.enqueue { [self] in
      // What cannot be removed now is an orphan, and the sweep of those tries again.
      for digest in pendingRemoval { _ = try? remove(digest) }
    }
  }

  /// Removes the file of content that no row knows of; nil if it stays, else the bytes that it had.
  ///
  /// It stays when it was put in place at `cutoff` (seconds since 1970) or later, or its row came meanwhile: that is
  /// asked under the lock, so that no publisher comes between the question and the removal.
  func removeOrphan(
    _ digest: Digest,
    putBefore cutoff: Int64,
    isHeld: (Digest) -> Bool
  ) throws(FileFailure) -> Int64? {
    guard let shard = try openShard(of: digest) else { return nil }
    let name = ShardPath(digest).file
    return try claims.with(digest) { (claims) throws(FileFailure) -> Int64? in
      guard !claims.isUnrecorded(digest), !isHeld(digest),
        let status = try Files.status(of: name, in: shard.raw, .content), Int64(status.st_ctim.tv_sec) < cutoff
      else { return nil }
      try Files.remove(name, in: shard.raw, .content)
      return Int64(status.st_size)
    }
  }

  /// Whether a file of `digest` may lie in its place before its row does.
  func isUnrecorded(_ digest: Digest) -> Bool { claims.with(digest) { $0.isUnrecorded(digest) } }

  /// Waits until files whose rows were removed are gone.
  func finishRemovals() async {
    await removals.run {}
  }

  private func remove(_ digest: Digest) throws(FileFailure) {
    guard let shard = try openShard(of: digest) else { return }
    // Under the lock, so that no publisher puts a new file in place between the question and the removal.
    try claims.with(digest) { (claims) throws(FileFailure) in
      guard claims.takePendingRemoval(digest) else { return }
      try Files.remove(ShardPath(digest).file, in: shard.raw, .content)
    }
  }

  private func isKnown(_ digest: Digest) throws(FileFailure) -> Bool {
    if known.contains(digest) { return true }
    return try openShard(of: digest) != nil
  }

  /// Opens the directory of `digest`; nil when it is missing. Before it is known, no step follows a link.
  private func openShard(of digest: Digest) throws(FileFailure) -> OwnedDescriptor? {
    let path = ShardPath(digest)
    do throws(FileFailure) {
      if known.contains(digest) { return try Files.open(path.directory, in: content, Self.asDirectory, .shard) }
      let algorithm = try Files.open(path.algorithm, in: content, Self.asDirectory, .shard)
      let shard = try Files.open(path.shard, in: algorithm.raw, Self.asDirectory, .shard)
      known.insert(digest)
      return shard
    } catch {
      // Somebody cleaned up: look, or make it, again.
      known.remove(digest)
      durable.remove(digest)
      if error.code == ENOENT { return nil }
      throw error
    }
  }

  /// Opens the directory of `digest`, made if it is missing; its name is on disk.
  private func openDurableShard(of digest: Digest) throws(FileFailure) -> OwnedDescriptor {
    if durable.contains(digest), let shard = try openShard(of: digest) { return shard }
    let path = ShardPath(digest)
    let algorithm = try openDurableDirectory(of: digest.algorithm)
    try Files.makeDirectory(path.shard, in: algorithm.raw, .shard)
    let shard = try Files.open(path.shard, in: algorithm.raw, Self.asDirectory, .shard)
    known.insert(digest)
    durable.insert(digest)
    return shard
  }

  private func openDurableDirectory(of algorithm: DigestAlgorithm) throws(FileFailure) -> OwnedDescriptor {
    let isDurable = durableAlgorithms.withLock { $0.contains(algorithm) }
    if isDurable, let directory = try? Files.open(algorithm.name, in: content, Self.asDirectory, .shard) {
      return directory
    }
    try Files.makeDirectory(algorithm.name, in: content, .shard)
    let directory = try Files.open(algorithm.name, in: content, Self.asDirectory, .shard)
    durableAlgorithms.withLock { _ = $0.insert(algorithm) }
    return directory
  }

  private static let asDirectory = O_RDONLY | O_DIRECTORY
}

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
