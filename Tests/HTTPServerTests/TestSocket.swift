import Foundation
import Logging
import NIOCore
import NIOEmbedded
import OCI
import Synchronization

@testable import HTTPServer

/// The socket's side of a connection: takes what is written, counts what would be read.
final class TestSocket: ChannelOutboundHandler, Sendable {
  typealias OutboundIn = IOData

  struct State {
    var text = ""
    var reads = 0
    var isClosed = false
    fileprivate var waiters: [(until: @Sendable (State) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())

  var seen: State { state.withLock { $0 } }

  func read(context: ChannelHandlerContext) { change { $0.reads += 1 } }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .byteBuffer(let bytes) = unwrapOutboundIn(data) { change { $0.text += String(buffer: bytes) } }
    promise?.succeed()
  }

  func flush(context: ChannelHandlerContext) {}

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    change { $0.isClosed = true }
    context.close(mode: mode, promise: promise)
  }

  /// A read that the connection has asked for is done.
  func takeRead() -> Bool {
    state.withLock { state in
      guard state.reads > 0 else { return false }
      state.reads = 0
      return true
    }
  }

  /// Returns once that is so.
  func wait(until condition: @escaping @Sendable (State) -> Bool) async {
    await withCheckedContinuation { continuation in
      let isSo = state.withLock { state in
        if condition(state) { return true }
        state.waiters.append((condition, continuation))
        return false
      }
      if isSo { continuation.resume() }
    }
  }

  private func change(_ body: (inout State) -> Void) {
    let woken = state.withLock { state in
      body(&state)
      let snapshot = state
      let woken = state.waiters.filter { $0.until(snapshot) }.map(\.continuation)
      state.waiters.removeAll { $0.until(snapshot) }
      return woken
    }
    for continuation in woken { continuation.resume() }
  }
}

/// A connection on an event loop with a thread of its own, so that answers may be waited for.
final class AsyncTestConnection: Sendable {
  let channel = NIOAsyncTestingChannel()
  let socket = TestSocket()

  init(
    responder: any Responder,
    takesBodies: Bool = true,
    limits: Limits = Limits(),
    log: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  ) async throws {
    let capacity = ConnectionCapacity(configured: 10, reserved: 2, descriptors: 1_000)
    let connections = OpenConnections(capacity: capacity, maxPerClient: nil, log: log)
    let tenant = Tenant(
      responder: responder,
      takesBodies: takesBodies,
      refusals: PlainRefusals(),
      outcomes: PlainOutcomes()
    )
    try await channel.testingEventLoop.executeInContext { [channel, socket] in
      struct Refused: Error {}
      guard let place = connections.admit(.next(at: .own)) else { throw Refused() }
      let resources = ServerResources(group: channel.eventLoop, limits: limits, inherited: .none, log: log)
      let pipeline = ConnectionPipeline(tenant, connections: connections, rates: nil, resources)
      try channel.pipeline.syncOperations.addHandler(socket)
      try pipeline.configure(channel, -1, place, nil)
    }
    try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).get()
  }

  /// The client sends this, in one piece.
  func send(_ text: String) async throws { try await send(ByteBuffer(string: text)) }

  func send(_ bytes: ByteBuffer) async throws {
    guard channel.isActive else { return }
    try await channel.writeInbound(bytes)
  }

  /// The event loop would read from the socket, as it does after each read.
  func askToRead() async throws {
    try await channel.testingEventLoop.executeInContext { [channel] in channel.pipeline.read() }
  }

  /// The client closes its side.
  func endSending() async throws {
    try await channel.testingEventLoop.executeInContext { [channel] in
      channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    }
  }

  /// The client has gone.
  func vanish() async throws { try await channel.close() }

  /// So many answers, once they are there. Only those that carry no `HTTP/1.1 ` in their bodies count right.
  func answers(_ count: Int) async -> [String] {
    await socket.wait { state in
      let answers = state.text.components(separatedBy: "HTTP/1.1 ").dropFirst()
      return answers.count >= count && answers.allSatisfy(Self.isWhole)
    }
    return Array(socket.seen.text.components(separatedBy: "HTTP/1.1 ").dropFirst())
  }

  /// As far as `Content-Length` says.
  @Sendable private static func isWhole(_ answer: String) -> Bool {
    let parts = answer.components(separatedBy: "\r\n\r\n")
    guard parts.count > 1 else { return false }
    let length = parts[0].components(separatedBy: "ontent-Length: ").last.flatMap { Int($0.prefix(while: \.isNumber)) }
    return parts[1].utf8.count >= length ?? 0
  }

  func finish() async { _ = try? await channel.finish(acceptAlreadyClosed: true) }
}
