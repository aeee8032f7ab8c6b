import Foundation
import NIOCore
import OCI
import Synchronization
import Testing

@testable import HTTPServer

@Suite("Listening sockets and accepted connections")
struct AcceptorTests {
  private let path = NSTemporaryDirectory() + "berth-acceptor-\(UUID().uuidString)"

  private func connect(to address: SocketAddress) -> Int32? {
    let client = socket(CInt(address.protocol.rawValue), CInt(SOCK_STREAM.rawValue), 0)
    if address.withSockAddr({ Glibc.connect(client, $0, socklen_t($1)) }) == 0 { return client }
    close(client)
    return nil
  }

  @Test("Hands over each connection's socket, until it is closed")
  func accepts() async throws {
    let (sockets, continuation) = AsyncStream.makeStream(of: Int32.self)
    let acceptor = Acceptor(try .open(at: .tcp(host: "127.0.0.1", port: 0), inherited: .none)) {
      continuation.yield($0)
    }
    let address = try SocketAddress(ipAddress: "127.0.0.1", port: try #require(acceptor.port))
    var accepted = sockets.makeAsyncIterator()
    for _ in 0..<3 {
      let client = try #require(connect(to: address))
      let served = try #require(await accepted.next())
      #expect(write(served, "x", 1) == 1)
      var byte: UInt8 = 0
      #expect(read(client, &byte, 1) == 1)
      for descriptor in [client, served] { close(descriptor) }
    }
    await acceptor.close()
    #expect(connect(to: address) == nil)
  }

  @Test("Knows who is at the other end, over IPv4, IPv6 and a Unix-domain socket")
  func peers() async throws {
    let (sockets, continuation) = AsyncStream.makeStream(of: Int32.self)
    var accepted = sockets.makeAsyncIterator()
    let addresses: [(ListeningOptions.Address, ClientKey.Address)] = [
      (.tcp(host: "127.0.0.1", port: 0), .ipv4(0x7f00_0001)),
      (.tcp(host: "::1", port: 0), .ipv6Prefix(0)),
      (.unix(path: path), .user(geteuid())),
    ]
    for (listening, peer) in addresses {
      let acceptor = Acceptor(try .open(at: listening, inherited: .none)) { continuation.yield($0) }
      let address =
        switch listening {
        case .tcp(let host, _): try SocketAddress(ipAddress: host, port: try #require(acceptor.port))
        case .unix(let path): try SocketAddress(unixDomainSocketPath: path)
        }
      let client = try #require(connect(to: address))
      let served = try #require(await accepted.next())
      #expect(ClientKey.Address(peerOf: served) == peer)
      for descriptor in [client, served] { close(descriptor) }
      await acceptor.close()
    }
  }

  @Test("Takes the place of a socket that an earlier run left")
  func oldSocket() async throws {
    for _ in 0..<2 {
      let acceptor = Acceptor(try .open(at: .unix(path: path), inherited: .none)) { close($0) }
      #expect(acceptor.port == nil)
      let client = try #require(connect(to: SocketAddress(unixDomainSocketPath: path)))
      close(client)
      await acceptor.close()
    }
    unlink(path)
  }

  @Test("A file that is no socket stays, and an address that is taken is told")
  func refused() throws {
    try "kept".write(toFile: path, atomically: true, encoding: .utf8)
    #expect(throws: ServerError.self) { _ = try ListeningSocket.open(at: .unix(path: path), inherited: .none) }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "kept")
    unlink(path)
    let taken = try ListeningSocket.open(at: .tcp(host: "127.0.0.1", port: 0), inherited: .none)
    let found = taken.port
    let port = try #require(found)
    #expect { _ = try ListeningSocket.open(at: .tcp(host: "127.0.0.1", port: port), inherited: .none) } throws: {
      ($0 as? IOError)?.errnoCode == EADDRINUSE
    }
  }
}
