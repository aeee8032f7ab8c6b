import Foundation
import NIOPosix

/// A client's end of a TCP connection, without any HTTP library in between: what comes is what was sent.
final class RawConnection: Sendable {
  /// How a connection came to its end.
  enum End: Sendable, Equatable {
    case closed, reset
  }

  /// An answer's head, as it came.
  struct Head: Sendable {
    var statusLine: String
    var fields: [(name: String, value: String)]

    var status: Int { Int(statusLine.split(separator: " ").dropFirst().first ?? "") ?? 0 }

    func all(_ name: String) -> [String] { fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value) }

    subscript(name: String) -> String? { all(name).first }
  }

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  private static let threads: NIOThreadPool = {
    let pool = NIOThreadPool(numberOfThreads: 32)
    pool.start()
    return pool
  }()

  private let descriptor: CInt

  /// Connects to a port of 127.0.0.1. A read that takes more than ten seconds fails.
  init(port: Int, receiveBufferBytes: CInt? = nil) throws {
    descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    var patience = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    if var size = receiveBufferBytes {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<CInt>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    // `deinit` closes the descriptor in this case too: every property has its value.
    guard result == 0 else { throw Failure(description: "connect: \(String(cString: strerror(errno)))") }
  }

  deinit { Foundation.close(descriptor) }

  /// Sends bytes as they stand.
  func send(_ text: String) {
    let bytes = Array(text.utf8)
    _ = Foundation.send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL))
  }

  /// Sends a request for a target.
  func request(_ target: String, method: String = "GET", _ fields: String...) {
    send("\(method) \(target) HTTP/1.1\r\nHost: test\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n")
  }

  /// The next bytes, at most `limit`; empty at the end.
  private func receive(_ limit: Int) throws -> (bytes: [UInt8], end: End?) {
    var buffer = [UInt8](repeating: 0, count: limit)
    let count = recv(descriptor, &buffer, limit, 0)
    if count > 0 { return (Array(buffer[..<count]), nil) }
    if count == 0 { return ([], .closed) }
    guard errno == ECONNRESET else { throw Failure(description: "recv: \(String(cString: strerror(errno)))") }
    return ([], .reset)
  }

  private func blocking<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
    try await Self.threads.runIfActive(body)
  }

  /// Reads one head, byte by byte, so that what follows it stays to be read.
  func head() async throws -> Head {
    try await blocking { [self] in
      var bytes: [UInt8] = []
      while !bytes.reversed().starts(with: [10, 13, 10, 13]) {
        let (next, end) = try receive(1)
        if let end { throw Failure(description: "\(end) in a head: \(String(decoding: bytes, as: UTF8.self))") }
        bytes += next
      }
      let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n").filter { !$0.isEmpty }
      let fields = lines.dropFirst().map { line in
        let parts = line.split(separator: ":", maxSplits: 1)
        return (String(parts[0]), parts.count == 2 ? parts[1].trimmingCharacters(in: .whitespaces) : "")
      }
      return Head(statusLine: lines[0], fields: fields)
    }
  }

  /// Reads exactly so many bytes.
  func bytes(_ count: Int) async throws -> [UInt8] {
    try await blocking { [self] in
      var bytes: [UInt8] = []
      while bytes.count < count {
        let (next, end) = try receive(min(count - bytes.count, 1 << 20))
        if let end { throw Failure(description: "\(end) after \(bytes.count) of \(count) bytes") }
        bytes += next
      }
      return bytes
    }
  }

  /// Reads until the connection ends.
  func rest() async throws -> (bytes: [UInt8], end: End) {
    try await blocking { [self] in
      var bytes: [UInt8] = []
      while true {
        let (next, end) = try receive(1 << 20)
        if let end { return (bytes, end) }
        bytes += next
      }
    }
  }

  /// Reads a head and the body that its `Content-Length` announces; none for HEAD.
  func answer(toHead: Bool = false) async throws -> (head: Head, body: [UInt8]) {
    let head = try await head()
    let count = toHead ? 0 : head["Content-Length"].flatMap { Int($0) } ?? 0
    return (head, try await bytes(count))
  }

  /// Reads the chunks of a body up to its last.
  func chunks() async throws -> [UInt8] {
    var body: [UInt8] = []
    while true {
      var line: [UInt8] = []
      while !line.reversed().starts(with: [10, 13]) { line += try await bytes(1) }
      guard let count = Int(String(decoding: line.dropLast(2), as: UTF8.self), radix: 16) else {
        throw Failure(description: "no chunk size: \(line)")
      }
      body += try await bytes(count)
      _ = try await bytes(2)
      if count == 0 { return body }
    }
  }

  /// Whether nothing comes for so long.
  func isSilent(milliseconds: Int) async throws -> Bool {
    try await blocking { [self] in
      var interest = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      return poll(&interest, 1, CInt(milliseconds)) == 0
    }
  }
}
