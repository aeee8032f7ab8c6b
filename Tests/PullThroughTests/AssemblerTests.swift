import Foundation
import Logging
import NIOCore
import OCI
import SeededRandom
import Store
import Testing

@testable import PullThrough

/// How pieces become a file and a digest, on one thread or two, whatever order they come in.
@Suite final class AssemblerTests {
  private static let pieceBytes = 200 << 10
  private static let full = StoreError.full(FileFailure(.write, .staging, code: 28))

  private let path = FileManager.default.temporaryDirectory.appending(path: "berth-\(UUID().uuidString)").path
  private let content: [UInt8]
  private let digest: Digest
  private let download: Download
  private let storage: DownloadStorage
  private let assembler: Assembler

  init() throws {
    var random = SeededGenerator(seed: 1)
    content = (0..<(8 * Self.pieceBytes)).map { _ in UInt8.random(in: 0...255, using: &random) }
    digest = .of(content)
    let repository = Repository(upstream: try UpstreamName(parsing: "hub"), name: try RepositoryName(parsing: "a/b"))
    let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let store = try Store.open(StoreOptions(path: path), log: log)
    download = Download(digest, from: repository, for: .client, limits: Limits())
    let health = StoreHealth(store, metrics: Metrics(), log: log)
    storage = DownloadStorage(of: digest, from: repository.upstream, in: store, health: health, limits: Limits())
    assembler = Assembler(storage, for: download)
    download.opened(try #require(storage.openStaging()))
    download.begin(totalBytes: Int64(content.count)) { _ in }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The content's pieces of those numbers.
  private func pieces(_ numbers: Range<Int>) -> [Assembler.Piece] {
    numbers.map { number in
      let start = number * Self.pieceBytes
      return Assembler.Piece(ByteBuffer(bytes: content[start..<(start + Self.pieceBytes)]), at: Int64(start))
    }
  }

  @Test(arguments: [1, 2, 8]) func contentIsHashedHoweverMuchComesAtOnce(count: Int) throws {
    for first in stride(from: 0, to: 8, by: count) { try assembler.write(pieces(first..<(first + count))) }
    #expect(try assembler.digest(size: Int64(content.count)) == digest)
    #expect(download.contiguousEnd(from: 0) == Int64(content.count))
  }

  @Test func whatCameAheadOfItsTurnIsReadBack() throws {
    try assembler.write(pieces(4..<8))
    try assembler.write(pieces(0..<2))
    try assembler.write(pieces(2..<4))
    #expect(try assembler.digest(size: Int64(content.count)) == digest)
  }

  @Test func piecesThatOverlapAreHashedOnce() throws {
    try assembler.write(pieces(0..<5))
    try assembler.write(pieces(3..<8))
    #expect(try assembler.digest(size: Int64(content.count)) == digest)
  }

  /// The disk fills up between two pieces that are hashed beside being written: none is hashed twice, none left out.
  @Test func aDiskThatFillsUpAmidManyPiecesChangesNoDigest() throws {
    let follower = try #require(download.follow())
    let waiting = follower.progress(from: 0) { [storage] in storage.refuse(Self.full) }
    guard case .wait = waiting else { return #expect(Bool(false), "there is nothing yet: \(waiting)") }
    try assembler.write(pieces(0..<8))
    #expect(storage.refusal == Self.full)
    #expect(try assembler.digest(size: Int64(content.count)) == digest)
    let second = follower.progress(from: Int64(Self.pieceBytes)) {}
    guard case .bytes(let bytes) = second else { return #expect(Bool(false), "not from memory: \(second)") }
    let isSecondPiece = bytes.readableBytesView.elementsEqual(content[Self.pieceBytes..<(2 * Self.pieceBytes)])
    #expect(isSecondPiece)
  }
}
