import NIOCore
import NIOEmbedded
import Testing

@testable import HTTPServer

/// Clients that speak the other of TLS and plain HTTP.
@Suite struct FirstBytesGuardTests {
  private func exchange(_ pieces: [[UInt8]], speaksTLS: Bool) throws -> (answer: String, passed: [UInt8]) {
    let channel = EmbeddedChannel(handler: FirstBytesGuard(speaksTLS: speaksTLS, lingeringTime: .seconds(2)))
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    for piece in pieces where channel.isActive { try channel.writeInbound(ByteBuffer(bytes: piece)) }
    var (answer, passed) = ("", [UInt8]())
    while let bytes = try channel.readOutbound(as: ByteBuffer.self) { answer += String(buffer: bytes) }
    while let bytes = try channel.readInbound(as: ByteBuffer.self) { passed += bytes.readableBytesView }
    channel.embeddedEventLoop.advanceTime(by: .seconds(3))
    #expect(channel.isActive == answer.isEmpty)
    _ = try channel.finish(acceptAlreadyClosed: true)
    return (answer, passed)
  }

  @Test(
    arguments: [[[22, 3, 1, 2, 0, 1]], [[22], [3, 1]], [[22, 3], Array(repeating: 0, count: 500)]] as [[[UInt8]]]
  )
  func helloOnAPlainPort(pieces: [[UInt8]]) throws {
    let (answer, passed) = try exchange(pieces, speaksTLS: false)
    #expect(answer.hasPrefix("HTTP/1.0 400 Bad Request\r\n"))
    #expect(answer.contains("\r\nConnection: close\r\n"))
    #expect(answer.contains("Client sent an HTTPS request to an HTTP server"))
    #expect(passed.isEmpty)
  }

  @Test(arguments: ["GET / HTTP/1.1\r\n\r\n", "H", "PRI * HTTP/2.0\r\n\r\n"])
  func requestOnATLSPort(text: String) throws {
    let (answer, passed) = try exchange([Array(text.utf8)], speaksTLS: true)
    #expect(answer.hasPrefix("HTTP/1.0 400 Bad Request\r\n"))
    #expect(answer.contains("Client sent an HTTP request to an HTTPS server"))
    #expect(passed.isEmpty)
  }

  @Test(
    arguments: [
      ([22, 3, 1], true), ([0x80, 0x2e], true), ([0], true), ([71, 69, 84], false), ([0x80, 0x2e], false), ([0], false),
    ] as [([UInt8], Bool)]
  )
  func whatIsNeitherPasses(bytes: [UInt8], speaksTLS: Bool) throws {
    let (answer, passed) = try exchange([bytes, [1, 2, 22]], speaksTLS: speaksTLS)
    #expect(answer.isEmpty)
    #expect(passed == bytes + [1, 2, 22])
  }
}
