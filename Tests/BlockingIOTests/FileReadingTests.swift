import Foundation
import NIOCore
import Testing

@testable import BlockingIO

@Suite("Parts of files")
struct FileReadingTests {
  private static let content = [UInt8]((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })

  /// A file without a name that has the content.
  private func withFile(_ body: (Int32) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "berth-reading-\(UUID().uuidString)"
    let file = open(path, O_RDWR | O_CREAT | O_EXCL, 0o600)
    unlink(path)
    defer { close(file) }
    try #require(Self.content.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) } == Self.content.count)
    try body(file)
  }

  @Test(
    "Exactly the range is read, wherever the descriptor stands",
    arguments: [0..<1, 7..<70_000, 0..<300_000, 5..<5]
  )
  func exact(range: Range<Int64>) throws {
    try withFile { file in
      lseek(file, 99, SEEK_SET)
      let bytes = try #require(FileReading.read(file, range, allocator: ByteBufferAllocator()))
      #expect(Array(bytes.readableBytesView) == Array(Self.content[Int(range.lowerBound)..<Int(range.upperBound)]))
      #expect(lseek(file, 0, SEEK_CUR) == 99)
    }
  }

  @Test("A file that is shorter than the range gives nothing, not less")
  func short() throws {
    try withFile { file in
      #expect(FileReading.read(file, 299_000..<300_001, allocator: ByteBufferAllocator()) == nil)
      #expect(PageCache.readAtOnce(299_000..<300_001, of: file) == nil)
    }
  }

  @Test("A descriptor that is not open gives nothing")
  func closed() {
    #expect(FileReading.read(-1, 0..<10, allocator: ByteBufferAllocator()) == nil)
    #expect(PageCache.readAtOnce(0..<10, of: -1) == nil)
    #expect(FileReading.start(of: -1, upTo: 10) == nil)
  }

  @Test("What was just written is in memory, and is had without waiting")
  func inMemory() throws {
    try withFile { file in
      #expect(PageCache.holdsEnd(of: 0..<300_000, in: file))
      #expect(PageCache.holdsEnd(of: 0..<0, in: -1), "nothing is to be had of an empty range")
      let bytes = try #require(PageCache.readAtOnce(10..<5_000, of: file))
      #expect(Array(bytes.readableBytesView) == Array(Self.content[10..<5_000]))
    }
  }

  @Test("The start of a file is read once, as much as there is")
  func start() throws {
    try withFile { file in
      lseek(file, 0, SEEK_SET)
      #expect(FileReading.start(of: file, upTo: 100) == Array(Self.content[..<100]))
      #expect(FileReading.start(of: file, upTo: 1 << 20) == Array(Self.content[100...]))
      #expect(FileReading.start(of: file, upTo: 10) == [])
    }
  }
}
