import BlockingIO
import Glibc
import NIOCore
import NIOHTTP1
import OCI

/// Sends a part of a file, which may still be arriving, at its client's pace. Confined to its channel's event loop.
///
/// Over plain HTTP the kernel copies (`sendfile`), a piece at a time: between two pieces other connections get their
/// turn. A client that takes nothing is noticed by ``ConnectionDeadlines``. What is not in memory is sent by a lane; over
/// TLS pieces are read there. Only one piece is under way at a time, so that a slow client costs no memory.
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
  private var end: Int64
  /// What comes behind the range that is being sent.
  private var parts: ArraySlice<MultipartRanges.Part>
  private let settings: Settings
  private let context: ChannelHandlerContext
  private let whenSent: (Int64) -> Void
  private let whenDone: (Outcome) -> Void
  /// Made when the first piece is sent from the file, which may not be there before.
  private var handle: NIOFileHandle?
  private var position: Int64
  private var waiting: BodyWait?
  private var isSending = false
  /// A piece was not in memory: of those behind it, the end may arrive before the middle.
  private var comesFromDisk = false
  /// What lanes send to. Something was written through NIO before there is one, so that the answer's head has left.
  private var socket: ConnectionSocket?
  /// Of pieces that are read and encrypted here.
  private var pieceSize: PieceSize
  private var pieceStart = NIODeadline.now()
  private var isDone = false

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
    pieceSize = PieceSize(largest: settings.pieceBytes)
    self.parts = parts[...]
    self.context = context
    self.whenSent = whenSent
    self.whenDone = whenDone
    position = range.lowerBound
    end = range.upperBound
  }

  func start() {
    source.joined()
    proceed()
  }

  /// The client has gone.
  func abandon() {
    guard !isDone else { return }
    isDone = true
    source.left()
    stopWaiting()
    if !isSending { releaseHandle() }
  }

  private func proceed() {
    guard !isDone, !isSending else { return }
    guard position < end else { return beginNextPart() }
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    let eventLoop = context.eventLoop
    let availability = source.available(from: position) {
      eventLoop.execute { bound.value.wokenUp() }
    }
    switch availability {
    case .failed: done(.failed)
    case .wait(let waiting): self.waiting = waiting
    case .upTo(let available):
      let pieceEnd = min(available, end, position.addingReportingOverflow(pieceBytes).partialValue)
      send(upTo: pieceEnd)
    case .bytes(var bytes):
      let count = Int(clamping: min(end - position, Int64(bytes.readableBytes), pieceBytes))
      isSending = true
      pieceStart = .now()
      write(.byteBuffer(bytes.readSlice(length: count) ?? bytes), upTo: position + Int64(count))
    }
  }

  /// The kernel copies what it is shown; what is encrypted here waits in memory.
  private var pieceBytes: Int64 { settings.socket == nil ? pieceSize.bytes : settings.pieceBytes }

  private func beginNextPart() {
    guard let part = parts.popFirst() else { return done(.complete) }
    (position, end) = (part.range.lowerBound, part.range.upperBound)
    isSending = true
    // Waited for: a lane may send the part itself, past what still waits here.
    write(.byteBuffer(part.text), upTo: position)
  }

  private func wokenUp() {
    waiting = nil
    proceed()
  }

  private func send(upTo pieceEnd: Int64) {
    guard let descriptor = source.descriptor else { return done(.failed) }
    isSending = true
    pieceStart = .now()
    guard settings.socket != nil else { return readAndWrite(upTo: pieceEnd, of: descriptor) }
    let piece = position..<pieceEnd
    guard comesFromDisk || !PageCache.holdsEnd(of: piece, in: descriptor) else {
      let handle = self.handle ?? NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: descriptor)
      self.handle = handle
      let region = FileRegion(fileHandle: handle, readerIndex: Int(position), endIndex: Int(pieceEnd))
      return write(.fileRegion(region), upTo: pieceEnd)
    }
    comesFromDisk = true
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

  private func readAndWrite(upTo pieceEnd: Int64, of descriptor: Int32) {
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    let (eventLoop, allocator) = (context.eventLoop, context.channel.allocator)
    let range = position..<pieceEnd
    settings.lanes.enqueue {
      let bytes = FileReading.read(descriptor, range, allocator: allocator)
      eventLoop.execute {
        guard let bytes else { return bound.value.ended(.unreadable) }
        bound.value.write(.byteBuffer(bytes), upTo: pieceEnd)
      }
    }
  }

  private func ended(_ piece: PieceEnd) {
    isSending = false
    if case .unreadable = piece { source.cannotBeRead() }
    guard !isDone else { return releaseHandle() }
    guard case .sent(let pieceEnd) = piece else { return done(.failed) }
    if pieceEnd > position { pieceSize.sent(within: Duration(NIODeadline.now() - pieceStart)) }
    whenSent(pieceEnd - position)
    position = pieceEnd
    openSocket()
    proceed()
  }

  private func openSocket() {
    // NIO has closed the socket of a connection that is no longer active: its number may be another's.
    guard comesFromDisk, socket == nil, context.channel.isActive else { return }
    socket = settings.socket.flatMap { ConnectionSocket(duplicating: $0) }
  }

  private func stopWaiting() {
    if let waiting { source.leave(waiting) }
    waiting = nil
  }

  private func done(_ outcome: Outcome) {
    isDone = true
    source.left()
    stopWaiting()
    releaseHandle()
    whenDone(outcome)
  }

  /// The descriptor belongs to the content or staging file, which closes it; NIO's handle must only let go of it.
  private func releaseHandle() {
    _ = try? handle?.takeDescriptorOwnership()
  }
}
