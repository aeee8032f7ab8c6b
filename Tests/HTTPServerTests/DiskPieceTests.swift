import Foundation
import NIOCore
import Testing

@testable import HTTPServer

@Suite("A piece that comes from the disk")
struct DiskPieceTests {
  private static let content = [UInt8]((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })

  /// A file and two ends of a connection, closed behind `body`.
  private func with(_ body: (_ file: Int32, _ ours: ConnectionSocket, _ theirs: Int32) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "berth-piece-\(UUID().uuidString)"
    let file = open(path, O_RDWR | O_CREAT | O_EXCL, 0o600)
    unlink(path)
    try #require(Self.content.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) } == Self.content.count)
    var ends: [Int32] = [0, 0]
    try #require(socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &ends) == 0)
    defer { for descriptor in [file] + ends { close(descriptor) } }
    try body(file, try #require(ConnectionSocket(duplicating: ends[0])), ends[1])
  }

  private func send(_ range: Range<Int64>, _ file: Int32, _ socket: ConnectionSocket?) throws -> DiskPiece {
    try DiskPiece.send(range, of: file, to: socket, allocator: ByteBufferAllocator())
  }

  private func received(_ socket: Int32) -> [UInt8] {
    var all: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(socket, &part, part.count)
      guard count > 0 else { return all }
      all += part[..<count]
    }
  }

  @Test("What the socket takes is sent, and nothing handed back")
  func fits() throws {
    try with { file, ours, theirs in
      let piece = try send(10..<50_000, file, ours)
      #expect(piece.sentEnd == 50_000 && piece.rest == nil)
      #expect(received(theirs) == Array(Self.content[10..<50_000]))
    }
  }

  @Test("What comes next behind a full socket is handed back, and goes on from there")
  func full() throws {
    try with { file, ours, theirs in
      var (position, arrived) = (Int64(0), [UInt8]())
      while position < Self.content.count {
        let piece = try send(position..<Int64(Self.content.count), file, ours)
        arrived += received(theirs)
        arrived += piece.rest.map { Array($0.readableBytesView) } ?? []
        position = piece.sentEnd + Int64(piece.rest?.readableBytes ?? 0)
      }
      #expect(arrived == Self.content)
    }
  }

  @Test("While what was written before may not have left, a little is handed back and nothing sent")
  func noSocketYet() throws {
    try with { file, _, theirs in
      let piece = try send(7..<1_000_000, file, nil)
      #expect(piece.sentEnd == 7 && piece.rest.map { Array($0.readableBytesView) } == Array(Self.content[7..<16_391]))
      #expect(received(theirs).isEmpty)
    }
  }

  @Test("A file that is shorter than it should be is unreadable")
  func short() throws {
    try with { file, ours, _ in
      #expect(throws: DiskPiece.Failure.unreadable) { try send(2_999_000..<3_000_001, file, ours) }
      #expect(throws: DiskPiece.Failure.unreadable) { try send(2_999_999..<3_000_001, file, nil) }
    }
  }

  @Test("A client that has gone is no failure of the file")
  func clientHasGone() throws {
    try with { file, ours, theirs in
      signal(SIGPIPE, SIG_IGN)
      shutdown(theirs, CInt(SHUT_RDWR))
      #expect(throws: DiskPiece.Failure.connectionLost) { try send(0..<50_000, file, ours) }
    }
  }
}
