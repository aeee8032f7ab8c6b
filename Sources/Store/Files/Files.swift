import Glibc

/// System calls on files, relative to an open directory, by names that never lead through a symbolic link: one
/// that is planted in the store must not lead out of it.
enum Files {
  /// Opens `name` in `directory`; `O_NOFOLLOW | O_CLOEXEC` are always added.
  static func open(
    _ name: String,
    in directory: Int32,
    _ flags: Int32,
    mode: mode_t = 0o600,
    _ subject: FileFailure.Subject
  ) throws(FileFailure) -> OwnedDescriptor {
    let descriptor = retrying { openat(directory, name, flags | O_NOFOLLOW | O_CLOEXEC, mode) }
    guard descriptor >= 0 else { throw FileFailure(flags & O_CREAT == 0 ? .open : .create, subject) }
    return OwnedDescriptor(owning: descriptor)
  }

  /// Opens the directory `name` in `directory`, making it (mode 0700, name synced to disk) when it is missing.
  static func openDirectory(
    _ name: String,
    in directory: Int32,
    _ subject: FileFailure.Subject
  ) throws(FileFailure) -> OwnedDescriptor {
    let descriptor = retrying { openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
    if descriptor >= 0 { return OwnedDescriptor(owning: descriptor) }
    guard errno == ENOENT else { throw FileFailure(.open, subject) }
    try makeDirectory(name, in: directory, subject)
    return try open(name, in: directory, O_RDONLY | O_DIRECTORY, subject)
  }

  /// Makes the directory `name` in `directory` (mode 0700), unless there is something of that name, and makes its name
  /// durable in either case.
  static func makeDirectory(
    _ name: String,
    in directory: Int32,
    _ subject: FileFailure.Subject
  ) throws(FileFailure) {
    guard mkdirat(directory, name, 0o700) == 0 || errno == EEXIST else { throw FileFailure(.create, subject) }
    try sync(directory, subject)
  }

  /// What the system knows of an open file.
  static func status(of descriptor: Int32, _ subject: FileFailure.Subject) throws(FileFailure) -> stat {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileFailure(.inspect, subject) }
    return status
  }

  /// What the system knows of `name` in `directory`, itself and not what it may point to; nil when there is none.
  static func status(
    of name: String,
    in directory: Int32,
    _ subject: FileFailure.Subject
  ) throws(FileFailure) -> stat? {
    var status = stat()
    if fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 { return status }
    guard errno == ENOENT else { throw FileFailure(.inspect, subject) }
    return nil
  }

  /// Makes a directory's names durable.
  static func sync(_ directory: Int32, _ subject: FileFailure.Subject) throws(FileFailure) {
    guard retrying({ fsync(directory) }) == 0 else { throw FileFailure(.sync, subject) }
  }

  /// Makes a file's bytes durable. A failure is final: the page cache counts failed pages as clean afterwards.
  static func syncData(_ descriptor: Int32, _ subject: FileFailure.Subject) throws(FileFailure) {
    guard retrying({ fdatasync(descriptor) }) == 0 else { throw FileFailure(.sync, subject) }
  }

  /// Removes a file; says whether there was one.
  @discardableResult
  static func remove(
    _ name: String,
    in directory: Int32,
    _ subject: FileFailure.Subject
  ) throws(FileFailure) -> Bool {
    if unlinkat(directory, name, 0) == 0 { return true }
    guard errno == ENOENT else { throw FileFailure(.remove, subject) }
    return false
  }

  /// Names in a directory, without `.` and `..`, in no order.
  static func names(in directory: Int32, _ subject: FileFailure.Subject) throws(FileFailure) -> [String] {
    // A descriptor of its own: readdir keeps its place in it.
    let own = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard own >= 0 else { throw FileFailure(.list, subject) }
    guard let stream = fdopendir(own) else {
      let failure = FileFailure(.list, subject)
      Glibc.close(own)
      throw failure
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// Writes all of `bytes` at `offset`; some may have been written when this throws.
  static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int64) throws(FileFailure) {
    var (rest, position) = (bytes, offset)
    while let base = rest.baseAddress, !rest.isEmpty {
      let count = retrying { pwrite(descriptor, base, rest.count, off_t(position)) }
      guard count > 0 else { throw FileFailure(.write, .staging, code: count == 0 ? ENOSPC : errno) }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
      position += Int64(count)
    }
  }

  /// All that is in a file; nil if that is more than `maxBytes`.
  static func contents(of descriptor: Int32, maxBytes: Int, _ subject: FileFailure.Subject) throws(FileFailure)
    -> [UInt8]?
  {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      let count = retrying { pread(descriptor, &piece, piece.count, off_t(bytes.count)) }
      guard count >= 0 else { throw FileFailure(.read, subject) }
      if count == 0 { return bytes }
      guard bytes.count + count <= maxBytes else { return nil }
      bytes += piece[..<count]
    }
  }

  /// Repeats a call that a signal interrupted.
  static func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
      let result = call()
      if result != -1 || errno != EINTR { return result }
    }
  }
}

/// An open file, closed when its owner goes.
struct OwnedDescriptor: ~Copyable, Sendable {
  let raw: Int32

  /// Takes over an open descriptor.
  init(owning raw: Int32) { self.raw = raw }

  deinit { Glibc.close(raw) }

  /// Gives the descriptor away, to whoever closes it.
  consuming func release() -> Int32 {
    let raw = raw
    discard self
    return raw
  }
}
