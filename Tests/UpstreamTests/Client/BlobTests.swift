import NIOCore
import NIOHTTP1
import OCI
import Testing

@testable import Upstream

@Suite("Blobs")
struct BlobTests {
  private let name = Sample.name("a/b")
  private let digest = Sample.digest("blob")

  /// Everything that arrives, and how it ends.
  private func drain(_ transfer: BlobTransfer) async -> (bytes: [UInt8], failure: UpstreamFailure?) {
    var bytes: [UInt8] = []
    do {
      for try await piece in transfer.body { bytes += piece.readableBytesView }
      return (bytes, nil)
    } catch {
      return (bytes, error.failure)
    }
  }

  @Test("A blob arrives in pieces, whole")
  func whole() async throws {
    let pieces = (0..<50).map { [UInt8](repeating: UInt8($0), count: 10_000) }
    let registry = try await RegistryDouble.start { _ in
      .init(headers: ["Accept-Ranges": "bytes", "ETag": "\"sha256:x\""], pieces: pieces)
    }
    try await Bench.run([registry], configure: { $0.settings.timeouts.read = .seconds(30) }) { client in
      let transfer = try await client.getBlob(name, digest)
      #expect(transfer.start == 0 && transfer.length == 500_000 && transfer.totalSize == 500_000)
      let (bytes, failure) = await drain(transfer)
      #expect(bytes == pieces.flatMap { $0 } && failure == nil)
    }
    #expect(registry.requests.first?.headers["Range"] == [])
  }

  @Test("A range is asked for")
  func range() async throws {
    let registry = try await RegistryDouble.start { _ in
      .text("456789", status: 206, ["Content-Range": "bytes 4-9/10"])
    }
    try await Bench.run([registry]) { client in
      let transfer = try await client.getBlob(name, digest, range: .from(4))
      #expect(transfer.start == 4 && transfer.length == 6 && transfer.totalSize == 10)
      #expect(await drain(transfer).bytes == Array("456789".utf8))
    }
    let request = try #require(registry.requests.first)
    #expect(request.headers["Range"] == ["bytes=4-"])
  }

  @Test("An upstream that ignores the range is found out by where the body begins")
  func ignored() async throws {
    let registry = try await RegistryDouble.start { _ in .text("0123456789") }
    try await Bench.run([registry]) { client in
      let transfer = try await client.getBlob(name, digest, range: .bytes(4..<6))
      #expect(transfer.start == 0 && transfer.length == 10)
    }
  }

  @Test("A range that there is not")
  func unsatisfiable() async throws {
    let registry = try await RegistryDouble.start { _ in .status(416, ["Content-Range": "bytes */10"]) }
    try await Bench.run([registry]) { client in
      let found = await failure { try await client.getBlob(name, digest, range: .from(99)) }
      #expect(found == .rangeNotSatisfiable(size: 10))
    }
  }

  @Test(
    "A connection that closes early is an error, and what came before it is kept",
    arguments: ["length", "chunked"]
  )
  func cut(framing: String) async throws {
    let registry = try await RegistryDouble.start { _ in
      let headers = framing == "length" ? ("Content-Length", "100") : ("Transfer-Encoding", "chunked")
      return .init(headers: .init([headers]), pieces: [Array("0123456789".utf8)], ending: .close)
    }
    try await Bench.run([registry]) { client in
      let (bytes, failure) = await drain(try await client.getBlob(name, digest))
      #expect(bytes == Array("0123456789".utf8))
      guard case .interrupted? = failure else { return #expect(Bool(false), "\(String(describing: failure))") }
    }
  }

  @Test("What had arrived before the connection broke is handed on, however slow the reader", arguments: [false, true])
  func cutBehindSlowReader(isReset: Bool) async throws {
    let pieces = (0..<16).map { [UInt8](repeating: UInt8($0), count: 64 << 10) }
    let registry = try await RegistryDouble.start { _ in
      .init(headers: ["Content-Length": "9000000"], pieces: pieces, ending: isReset ? .reset : .close)
    }
    try await Bench.run([registry]) { client in
      var iterator = try await client.getBlob(name, digest).body.makeAsyncIterator()
      var received: [UInt8] = []
      // The end is seen by the event loop while most of the body has not been asked for.
      try await registry.connectionsEnded()
      let broken = await failure {
        while let piece = try await iterator.next() {
          received += piece.readableBytesView
          await Task.yield()
        }
      }
      guard case .interrupted? = broken else { return #expect(Bool(false), "\(String(describing: broken))") }
      // Of a reset NIO learns before it reads what the kernel still holds: that much is lost, and asked for again.
      let sent = pieces.flatMap { $0 }
      let isRight = isReset ? sent.starts(with: received) : received == sent
      #expect(isRight && !received.isEmpty, "\(received.count) bytes")
    }
  }

  @Test("A body that stops coming is given up after the read timeout")
  func stall() async throws {
    let registry = try await RegistryDouble.start { _ in
      .init(headers: ["Content-Length": "100"], pieces: [Array("0123456789".utf8)], ending: .stall)
    }
    try await Bench.run([registry]) { client in
      let (bytes, failure) = await drain(try await client.getBlob(name, digest))
      #expect(bytes.count == 10 && failure == .timedOut(.read))
    }
  }

  @Test("A reader that is slower than the read timeout breaks nothing: silence counts while more is wanted")
  func slowReader() async throws {
    let pieces = (0..<8).map { _ in [UInt8](repeating: 7, count: 1 << 20) }
    let registry = try await RegistryDouble.start { _ in .init(pieces: pieces) }
    try await Bench.run([registry], configure: { $0.settings.timeouts.read = .milliseconds(400) }) { client in
      var iterator = try await client.getBlob(name, digest).body.makeAsyncIterator()
      var received = try await iterator.next()?.readableBytes ?? 0
      // Not a synchronisation: this is the slow reader.
      try await Task.sleep(for: .milliseconds(1_200))
      while let piece = try await iterator.next() { received += piece.readableBytes }
      #expect(received == 8 << 20)
    }
  }

  @Test("A reader that leaves ends the connection, and a cancelled one is told so")
  func leaving() async throws {
    let registry = try await RegistryDouble.start { _ in
      .init(headers: ["Content-Length": "100"], pieces: [Array("0123456789".utf8)], ending: .stall)
    }
    try await Bench.run([registry], configure: { $0.settings.timeouts.read = .seconds(30) }) { client in
      let transfer = try await client.getBlob(name, digest)
      let reader = Task { await drain(transfer) }
      reader.cancel()
      #expect(await reader.value.failure == .cancelled)
    }
  }

  @Test("A blob larger than the limit is not begun; one that turns out to be is not ended")
  func tooLarge() async throws {
    let registry = try await RegistryDouble.start { request in
      let body = [UInt8](repeating: 1, count: 2_000)
      return request.headers.contains(name: "Range")
        ? .init(headers: ["Transfer-Encoding": "chunked"], pieces: [body]) : .init(pieces: [body])
    }
    try await Bench.run([registry], configure: { $0.limits.maxBlobBytes = 1_000 }) { client in
      let announced = await failure { try await client.getBlob(name, digest) }
      #expect(announced == .tooLarge(limit: 1_000))
      let unannounced = try await client.getBlob(name, digest, range: .from(1))
      #expect(await drain(unannounced).failure == .tooLarge(limit: 1_000))
    }
  }

  @Test("An empty blob")
  func empty() async throws {
    let registry = try await RegistryDouble.start { _ in .status(200) }
    try await Bench.run([registry]) { client in
      let transfer = try await client.getBlob(name, digest)
      #expect(transfer.length == 0)
      let (bytes, failure) = await drain(transfer)
      #expect(bytes.isEmpty && failure == nil)
    }
  }
}
