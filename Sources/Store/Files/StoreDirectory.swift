import Glibc
import OCI

/// The open directories of a store, and the lock by which this process owns it.
///
/// ```
/// <store>/lock                       one process owns a store
/// <store>/index/{data,lock}.mdb      the index
/// <store>/content/sha256/ab/<hex>    content
/// <store>/staging/                   what is not complete
/// ```
final class StoreDirectory: Sendable {
  let path: String
  let root: OwnedDescriptor
  let content: OwnedDescriptor
  let staging: OwnedDescriptor
  private let lock: OwnedDescriptor

  /// Opens the store at `path`, making what is missing, and takes its lock.
  ///
  /// Refuses a store of another user, on a remote file system, or in use; narrows its mode to 0700.
  convenience init(path: String) throws(StoreError) {
    do throws(FileFailure) { try Self.makeDirectories(path) } catch { throw StoreError(error) }
    try self.init(path, O_CREAT) { (name, root, subject) throws(FileFailure) in
      try Files.openDirectory(name, in: root, subject)
    }
    if try Self.mode(of: root.raw) & 0o077 != 0, fchmod(root.raw, 0o700) != 0 { throw StoreError(.create, .store) }
  }

  /// Opens the store at `path` to look at it, and takes its lock. What is missing is a failure (`ENOENT`).
  convenience init(existing path: String) throws(StoreError) {
    try self.init(path, 0) { (name, root, subject) throws(FileFailure) in
      try Files.open(name, in: root, O_RDONLY | O_DIRECTORY, subject)
    }
  }

  private typealias Opening = (String, Int32, FileFailure.Subject) throws(FileFailure) -> OwnedDescriptor

  private init(_ path: String, _ lockFlags: Int32, _ openDirectory: Opening) throws(StoreError) {
    self.path = path
    do throws(FileFailure) { root = try Self.openRoot(path) } catch { throw StoreError(error) }
    try Self.checkRoot(root.raw, path)
    lock = try Self.takeLock(root.raw, path, lockFlags)
    do throws(FileFailure) {
      content = try openDirectory("content", root.raw, .shard)
      staging = try openDirectory("staging", root.raw, .stagingDirectory)
      let index = try openDirectory("index", root.raw, .index)
      try Self.checkIndexFiles(index.raw)
    } catch { throw StoreError(error) }
  }

  /// Lets another process own the store; files that are open stay so.
  func unlock() { flock(lock.raw, LOCK_UN) }

  private static func openRoot(_ path: String) throws(FileFailure) -> OwnedDescriptor {
    // The store's own path may be a link: it comes from the operator.
    let descriptor = Files.retrying { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw FileFailure(.open, .store) }
    return OwnedDescriptor(owning: descriptor)
  }

  private static func makeDirectories(_ path: String) throws(FileFailure) {
    if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
      throw FileFailure(.create, .store)
    }
    try makeDirectories(String(path[..<slash]))
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw FileFailure(.create, .store) }
  }

  private static func checkRoot(_ root: Int32, _ path: String) throws(StoreError) {
    if case .remote(let kind) = FileSystemKind(of: root) { throw .remoteFileSystem(path: path, kind: kind) }
    let status: stat
    do throws(FileFailure) { status = try Files.status(of: root, .store) } catch { throw StoreError(error) }
    guard status.st_uid == geteuid() else { throw .foreignOwner(path: path, userID: status.st_uid) }
  }

  private static func mode(of root: Int32) throws(StoreError) -> mode_t {
    do throws(FileFailure) { return try Files.status(of: root, .store).st_mode } catch { throw StoreError(error) }
  }

  /// Takes the lock file, which holds the owner's process number for those who find it taken.
  private static func takeLock(
    _ root: Int32,
    _ path: String,
    _ flags: Int32
  ) throws(StoreError) -> OwnedDescriptor {
    do throws(FileFailure) {
      let lock = try Files.open("lock", in: root, O_RDWR | flags, .lock)
      if Files.retrying({ flock(lock.raw, LOCK_EX | LOCK_NB) }) != 0 {
        guard errno == EWOULDBLOCK else { throw FileFailure(.lock, .lock) }
        throw FileFailure(.lock, .lock, code: EWOULDBLOCK)
      }
      let text = Array("\(getpid())\n".utf8)
      // Only a courtesy to people: a full disk must not keep a store from opening.
      if ftruncate(lock.raw, 0) == 0 { _ = pwrite(lock.raw, text, text.count, 0) }
      return lock
    } catch {
      guard error.operation == .lock, error.code == EWOULDBLOCK else { throw StoreError(error) }
      throw .inUse(path: path, processID: owner(in: root))
    }
  }

  private static func owner(in root: Int32) -> Int32? {
    guard let lock = try? Files.open("lock", in: root, O_RDONLY, .lock) else { return nil }
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = pread(lock.raw, &bytes, bytes.count, 0)
    guard count > 0 else { return nil }
    return Int32(String(decoding: bytes.prefix(count).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
  }

  /// LMDB opens its files by name and would follow a link.
  private static func checkIndexFiles(_ index: Int32) throws(FileFailure) {
    for name in ["data.mdb", "lock.mdb"] {
      guard let status = try Files.status(of: name, in: index, .index) else { continue }
      guard status.st_mode & S_IFMT == S_IFREG else { throw FileFailure(.open, .index, code: ELOOP) }
    }
  }
}

extension StoreDirectory {
  /// The mark by which a run that found the index damaged tells the next.
  private static let damageMark = "damaged"

  /// The directory of the index, by name: LMDB opens its files itself.
  var indexPath: String { path + "/index" }

  /// Whether an earlier run found the index damaged.
  var isIndexMarkedDamaged: Bool {
    guard let index = try? Files.open("index", in: root.raw, O_RDONLY | O_DIRECTORY, .index) else { return false }
    return (try? Files.status(of: Self.damageMark, in: index.raw, .index)) ?? nil != nil
  }

  /// Tells the next run that the index is damaged. Nothing is to be done about a failure: the next run will find out.
  func markIndexDamaged() {
    guard let index = try? Files.open("index", in: root.raw, O_RDONLY | O_DIRECTORY, .index) else { return }
    _ = try? Files.open(Self.damageMark, in: index.raw, O_WRONLY | O_CREAT, .index)
  }

  /// Moves the index out of the way, for people to look at, and makes room for a new one; returns the name it has now.
  func archiveIndex(at seconds: Int64) throws(FileFailure) -> String {
    for attempt in 0..<1_000 {
      let name = "index.damaged-\(seconds)" + (attempt == 0 ? "" : "-\(attempt)")
      guard try Files.status(of: name, in: root.raw, .index) == nil else { continue }
      guard renameat(root.raw, "index", root.raw, name) == 0 else { throw FileFailure(.rename, .index) }
      _ = try Files.openDirectory("index", in: root.raw, .index)
      return name
    }
    throw FileFailure(.rename, .index, code: EEXIST)
  }
}
