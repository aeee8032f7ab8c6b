import Foundation
import NIOCore

/// Hands pieces of a body to a channel: files by `sendfile` where the channel can, framed as chunks where asked.
struct PieceWriter {
  static let lastChunk = ByteBuffer(string: "0\r\n\r\n")

  private let isEncrypted: Bool
  private let isChunked: Bool
  /// A descriptor of this answer's own: `NIOFileHandle` allows one user at a time.
  private var open: (file: BlobFile, handle: NIOFileHandle)?

  init(isEncrypted: Bool, isChunked: Bool) {
    self.isEncrypted = isEncrypted
    self.isChunked = isChunked
  }

  /// Writes a piece; the result is there when the kernel has it.
  mutating func write(_ piece: Piece, to channel: any Channel) -> EventLoopFuture<Void> {
    guard isChunked else { return writeData(piece, to: channel) }
    channel.write(ByteBuffer(string: String(piece.count, radix: 16) + "\r\n"), promise: nil)
    let data = writeData(piece, to: channel)
    channel.write(ByteBuffer(string: "\r\n"), promise: nil)
    return data
  }

  private mutating func writeData(_ piece: Piece, to channel: any Channel) -> EventLoopFuture<Void> {
    guard case .file(let file, let range) = piece, !isEncrypted else { return channel.write(piece.loaded) }
    do {
      let region = FileRegion(
        fileHandle: try handle(of: file),
        readerIndex: Int(range.lowerBound),
        endIndex: Int(range.upperBound)
      )
      return channel.write(IOData.fileRegion(region))
    } catch {
      return channel.eventLoop.makeFailedFuture(error)
    }
  }

  private mutating func handle(of file: BlobFile) throws(ScriptedUpstreamError) -> NIOFileHandle {
    if let open, open.file === file { return open.handle }
    close()
    let descriptor = dup(file.descriptor)
    guard descriptor >= 0 else { throw .file(path: "a blob", errno: errno) }
    let handle = NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: descriptor)
    open = (file, handle)
    return handle
  }

  /// Gives the descriptor back; call it when nothing of it is being written any more.
  mutating func close() {
    // Closing our own duplicate of a read-only descriptor has no failure that matters.
    try? open?.handle.close()
    open = nil
  }
}
