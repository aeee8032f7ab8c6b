import Glibc
import NIOCore

/// Where a Unix-domain socket stands in the file system.
struct UnixSocketPath: Sendable {
  /// Owner and group may connect, nobody else, whatever the umask.
  private static let mode: mode_t = 0o660

  private struct Identity: Equatable {
    var device: dev_t
    var inode: ino_t
  }

  let path: String
  private let identity: Identity

  /// Gives a socket its place there: nobody can connect before it listens, by when the mode is right.
  ///
  /// What a killed process left is taken away. A socket at which somebody answers stays, and so does any other file.
  static func bind(_ descriptor: Int32, to address: SocketAddress, at path: String) throws -> UnixSocketPath {
    try removeLeftover(at: path)
    let result = address.withSockAddr { Glibc.bind(descriptor, $0, socklen_t($1)) }
    guard result == 0 else { throw IOError(errnoCode: errno, reason: "bind") }
    guard chmod(path, mode) == 0, let identity = identity(at: path) else {
      throw IOError(errnoCode: errno, reason: "chmod")
    }
    return UnixSocketPath(path: path, identity: identity)
  }

  /// Takes the socket away, unless another has its place by now.
  func remove() {
    if Self.identity(at: path) == identity { unlink(path) }
  }

  private static func removeLeftover(at path: String) throws {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw ServerError.pathTaken(path: path, by: "a file that is no socket stands there")
    }
    let found = Identity(device: status.st_dev, inode: status.st_ino)
    switch try answer(at: path) {
    case 0, EAGAIN, EINPROGRESS: throw ServerError.pathTaken(path: path, by: "another process listens there")
    case ECONNREFUSED, ENOENT: break
    case let error:
      throw ServerError.pathTaken(path: path, by: "a socket stands there: \(String(cString: strerror(error)))")
    }
    guard identity(at: path) == found else {
      throw ServerError.pathTaken(path: path, by: "another process has just taken it")
    }
    guard unlink(path) == 0 || errno == ENOENT else {
      throw ServerError.pathTaken(path: path, by: "a leftover cannot be removed: \(String(cString: strerror(errno)))")
    }
  }

  /// What becomes of an attempt to connect: 0, or the system's error. Does not wait.
  private static func answer(at path: String) throws -> CInt {
    let address = try SocketAddress(unixDomainSocketPath: path)
    let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    let probe = socket(AF_UNIX, CInt(kind), 0)
    guard probe >= 0 else { throw IOError(errnoCode: errno, reason: "socket") }
    defer { close(probe) }
    return address.withSockAddr { connect(probe, $0, socklen_t($1)) == 0 ? 0 : errno }
  }

  private static func identity(at path: String) -> Identity? {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    return Identity(device: status.st_dev, inode: status.st_ino)
  }
}
