import Dispatch
import Glibc
import OCI

/// The files of content that is held: opening, publishing and removing them.
///
/// Publishing puts the file before the row, removing takes the row before the file: a crash in between leaves a file
/// without a row, never a row without its file. ``ShardClaims`` keep the two apart on one digest.
final class Shards: Sendable {
  private let directory: StoreDirectory
  private let known = KnownShards()
  private let claims = ClaimLocks()
  /// Where files are removed, so that neither the index writer nor a request waits for it.
  private let removals = DispatchQueue(label: "berth.removals")

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
    guard let shard = try openShard(of: digest, create: true) else {
      throw FileFailure(.open, .shard, code: ENOENT)
    }
    claims.with(digest) { $0.publish(digest) }
    do throws(FileFailure) {
      guard renameat(directory.staging.raw, staged, shard.raw, ShardPath(digest).file) == 0 else {
        throw FileFailure(.rename, .content)
      }
      try Files.sync(shard.raw, .shard)
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
    let doomed = removed.filter { digest in claims.with(digest) { $0.rowRemoved(digest) } }
    guard !doomed.isEmpty else { return }
    removals.async { [self] in
      // What cannot be removed now is an orphan, and the sweep of those tries again.
      for digest in doomed { _ = try? remove(digest) }
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
    guard let shard = try openShard(of: digest, create: false) else { return nil }
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
    await withCheckedContinuation { continuation in removals.async { continuation.resume() } }
  }

  private func remove(_ digest: Digest) throws(FileFailure) {
    guard let shard = try openShard(of: digest, create: false) else { return }
    // Under the lock, so that no publisher puts a new file in place between the question and the removal.
    try claims.with(digest) { (claims) throws(FileFailure) in
      guard claims.takeDoomed(digest) else { return }
      try Files.remove(ShardPath(digest).file, in: shard.raw, .content)
    }
  }

  private func isKnown(_ digest: Digest) throws(FileFailure) -> Bool {
    if known.contains(digest) { return true }
    return try openShard(of: digest, create: false) != nil
  }

  /// Opens the directory of `digest` step by step, so that no step follows a link; nil when it is missing.
  private func openShard(of digest: Digest, create: Bool) throws(FileFailure) -> OwnedDescriptor? {
    let path = ShardPath(digest)
    if known.contains(digest) {
      let descriptor = Files.retrying { openat(content, path.directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
      if descriptor >= 0 { return OwnedDescriptor(owning: descriptor) }
      // Somebody cleaned up: look, or make it, again.
      known.remove(digest)
    }
    guard let algorithm = try step(path.algorithm, in: content, create),
      let first = try step(path.first, in: algorithm.raw, create),
      let second = try step(path.second, in: first.raw, create)
    else { return nil }
    known.insert(digest)
    return second
  }

  private func step(_ name: String, in directory: Int32, _ create: Bool) throws(FileFailure) -> OwnedDescriptor? {
    do throws(FileFailure) {
      if create { return try Files.openDirectory(name, in: directory, .shard) }
      return try Files.open(name, in: directory, O_RDONLY | O_DIRECTORY, .shard)
    } catch {
      if error.code == ENOENT && !create { return nil }
      throw error
    }
  }
}
