import BlockingIO
import Glibc
import NIOCore
import NIOHTTP1

/// Sends the pieces that a ``ResponseBody`` names, at its client's pace. Confined to its channel's event loop.
///
/// Over plain HTTP the kernel copies (`sendfile`), a piece at a time: between two pieces other connections get their
/// turn. A client that takes nothing is noticed by ``ConnectionDeadlines``. What is not in memory is sent by a lane; over
/// TLS pieces are read there.
final class BodyWriter {
  struct Settings: Sendable {
    /// The connection's socket, where bytes may go there from a file in the kernel; nil under TLS.
    var socket: Int32?
    /// Bytes of one piece.
    var pieceBytes: Int64
    /// Where the disk is waited for, and sent from if there is a socket.
    var lanes: LanePool
  }

  enum Outcome {
    case complete
    case failed
  }

  /// What became of a piece.
  private enum PieceEnd {
    case sent(upTo: Int64)
    case failed
    case unreadable
  }

  private let source: any BodySource
  private var body: ResponseBody
  private let settings: Settings
  private let context: ChannelHandlerContext
  private let whenSent: (Int64) -> Void
  private let whenDone: (Outcome) -> Void
  /// Made when the first piece is sent from the file, which may not be there before.
  private var handle: NIOFileHandle?
  /// What lanes send to. Something was written through NIO before there is one, so that the answer's head has left.
  private var socket: ConnectionSocket?
  private var pieceStart = NIODeadline.now()

  /// - Parameters:
  ///   - parts: further ranges, each behind a text; none for a single range.
  ///   - whenSent: called on the event loop with the number of bytes of each piece that has been sent.
  ///   - whenDone: called once on the event loop, unless the writer is abandoned.
  init(
    _ source: any BodySource,
    range: Range<Int64>,
    parts: [MultipartRanges.Part] = [],
    settings: Settings,
    context: ChannelHandlerContext,
    whenSent: @escaping (Int64) -> Void,
    whenDone: @escaping (Outcome) -> Void
  ) {
    self.source = source
    self.settings = settings
    self.context = context
    self.whenSent = whenSent
    self.whenDone = whenDone
    // The kernel copies what it is shown; what is encrypted here waits in memory.
    let pieces =
      settings.socket == nil ? PieceSize(largest: settings.pieceBytes) : PieceSize(always: settings.pieceBytes)
    body = ResponseBody(range, behind: parts, pieces: pieces)
  }

  func start() {
    source.joined()
    proceed()
  }

  /// The client has gone.
  func abandon() { _ = leave() }

  private func proceed() {
    switch body.next() {
    case nil: break
    case .complete: done(.complete)
    case .text(let text): write(.byteBuffer(text), upTo: body.position)
    case .look(let offset): look(from: offset)
    }
  }

  private func look(from offset: Int64) {
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    let eventLoop = context.eventLoop
    let availability = source.available(from: offset) {
      eventLoop.execute {
        bound.value.body.wokenUp()
        bound.value.proceed()
      }
    }
    switch body.found(availability) {
    case .none: break
    case .impossible: done(.failed)
    case .file(let piece): send(piece)
    case .bytes(let bytes):
      pieceStart = .now()
      write(.byteBuffer(bytes), upTo: offset + Int64(bytes.readableBytes))
    }
  }

  private func send(_ piece: Range<Int64>) {
    guard let descriptor = source.descriptor else { return done(.failed) }
    pieceStart = .now()
    guard settings.socket != nil else { return readAndWrite(piece, of: descriptor) }
    guard body.comesFromDisk || !PageCache.holdsEnd(of: piece, in: descriptor) else {
      let handle = self.handle ?? NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: descriptor)
      self.handle = handle
      let region = FileRegion(
        fileHandle: handle,
        readerIndex: Int(piece.lowerBound),
        endIndex: Int(piece.upperBound)
      )
      return write(.fileRegion(region), upTo: piece.upperBound)
    }
    body.notInMemory()
    sendFromDisk(piece, of: descriptor)
  }

  private func sendFromDisk(_ piece: Range<Int64>, of descriptor: Int32) {
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    let (eventLoop, allocator, socket) = (context.eventLoop, context.channel.allocator, socket)
    settings.lanes.enqueue {
      let sent = Result { () throws(DiskPiece.Failure) in
        try DiskPiece.send(piece, of: descriptor, to: socket, allocator: allocator)
      }
      eventLoop.execute { bound.value.laneIsDone(sent) }
    }
  }

  private func laneIsDone(_ sent: Result<DiskPiece, DiskPiece.Failure>) {
    switch sent {
    case .success(let piece):
      guard let rest = piece.rest else { return ended(.sent(upTo: piece.sentEnd)) }
      write(.byteBuffer(rest), upTo: piece.sentEnd + Int64(rest.readableBytes))
    case .failure(.unreadable): ended(.unreadable)
    case .failure(.connectionLost): ended(.failed)
    }
  }

  private func write(_ data: IOData, upTo pieceEnd: Int64) {
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    context.writeAndFlush(NIOAny(HTTPServerResponsePart.body(data))).whenComplete { result in
      switch result {
      case .success: bound.value.ended(.sent(upTo: pieceEnd))
      // Of the two ends of `sendfile` only the file has this error.
      case .failure(let error as IOError) where error.errnoCode == EIO: bound.value.ended(.unreadable)
      case .failure: bound.value.ended(.failed)
      }
    }
  }

  private func readAndWrite(_ piece: Range<Int64>, of descriptor: Int32) {
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    let (eventLoop, allocator) = (context.eventLoop, context.channel.allocator)
    settings.lanes.enqueue {
      let bytes = FileReading.read(descriptor, piece, allocator: allocator)
      eventLoop.execute {
        guard let bytes else { return bound.value.ended(.unreadable) }
        bound.value.write(.byteBuffer(bytes), upTo: piece.upperBound)
      }
    }
  }

  private func ended(_ piece: PieceEnd) {
    if case .unreadable = piece { source.cannotBeRead() }
    guard body.phase != .ended else { return releaseHandle() }
    guard case .sent(let pieceEnd) = piece else { return done(.failed) }
    whenSent(body.sent(upTo: pieceEnd, within: Duration(NIODeadline.now() - pieceStart)))
    openSocket()
    proceed()
  }

  private func openSocket() {
    // NIO has closed the socket of a connection that is no longer active: its number may be another's.
    guard body.comesFromDisk, socket == nil, context.channel.isActive else { return }
    socket = settings.socket.flatMap { ConnectionSocket(duplicating: $0) }
  }

  private func done(_ outcome: Outcome) {
    guard leave() else { return }
    releaseHandle()
    whenDone(outcome)
  }

  /// - Returns: whether anything was left to leave.
  private func leave() -> Bool {
    guard let last = body.finish() else { return false }
    source.left()
    if case .waiting(let wait) = last { source.leave(wait) }
    // What is under way may still read from it.
    if last != .sending { releaseHandle() }
    return true
  }

  /// The descriptor belongs to the content or staging file, which closes it; NIO's handle must only let go of it.
  private func releaseHandle() {
    _ = try? handle?.takeDescriptorOwnership()
  }
}
