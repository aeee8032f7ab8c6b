import Memory
public import NIOCore
import OCI

/// A repository's tags as JSON strings with commas between them, ready to be sent, once for all who ask.
///
/// A page is a slice of the text, found by its first tag: it costs the same however long the list is.
public final class RenderedTags: Sendable {
  private let text: ByteBuffer
  /// Where each tag's opening quote stands, and one more behind the last comma that there would be.
  private let starts: [Int]
  private let reservation: MemoryReservation

  /// Blocks while it is written: for lanes, or for few tags.
  /// - Parameter tags: sorted bytewise, each once.
  /// - Throws: when memory has no room for it.
  init(_ tags: [Tag], memory: MemoryBudget) throws(MemoryUsedUp) {
    // Three bytes around each: its quotes and a comma.
    let textBytes = tags.reduce(0) { $0 + $1.description.utf8.count + 3 }
    let startBytes = (tags.count + 1) * MemoryLayout<Int>.stride
    reservation = try memory.reserve(textBytes + startBytes)
    var text = ByteBufferAllocator().buffer(capacity: textBytes)
    var starts: [Int] = []
    starts.reserveCapacity(tags.count + 1)
    for tag in tags {
      if !starts.isEmpty { text.writeInteger(UInt8(ascii: ",")) }
      starts.append(text.writerIndex)
      // The grammar of tags has nothing that JSON would escape.
      text.writeInteger(UInt8(ascii: "\""))
      text.writeString(tag.description)
      text.writeInteger(UInt8(ascii: "\""))
    }
    starts.append(text.writerIndex + 1)
    (self.text, self.starts) = (text, starts)
  }

  /// How many tags there are.
  public var count: Int { starts.count - 1 }

  /// What it takes in memory, in bytes.
  var memoryBytes: Int { reservation.bytes }

  /// One page.
  /// - Parameters:
  ///   - limit: at most so many; nil for all, 0 for none, and then no next page either.
  ///   - last: only tags after this one, which need not be among them.
  ///   - maxSize: the largest page that may be asked for.
  public func page(limit: Int?, last: String?, maxSize: Int) -> TagPage {
    let first = last.map { firstIndex(after: $0) } ?? 0
    guard let limit else { return TagPage(json: slice(first..<count), next: nil) }
    let size = min(max(0, limit), maxSize)
    let end = min(count, first + size)
    let next = end < count && end > first ? TagPage.Next(limit: size, last: tag(at: end - 1)) : nil
    return TagPage(json: slice(first..<end), next: next)
  }

  private func slice(_ tags: Range<Int>) -> ByteBuffer {
    guard !tags.isEmpty else { return ByteBuffer() }
    let start = starts[tags.lowerBound]
    return text.getSlice(at: start, length: starts[tags.upperBound] - 1 - start) ?? ByteBuffer()
  }

  /// The first tag that sorts behind a text, by halving.
  private func firstIndex(after last: String) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = low + (high - low) / 2
      if last.utf8.lexicographicallyPrecedes(bytes(at: middle)) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  private func bytes(at index: Int) -> ByteBufferView {
    let start = starts[index] + 1
    return text.getSlice(at: start, length: starts[index + 1] - start - 2)?.readableBytesView
      ?? ByteBuffer().readableBytesView
  }

  private func tag(at index: Int) -> String { String(decoding: bytes(at: index), as: UTF8.self) }
}

/// One page of a repository's tags.
public struct TagPage: Sendable, Equatable {
  /// What to ask for to get the page after this one.
  public struct Next: Sendable, Equatable {
    /// The size of the page.
    public var limit: Int
    /// The last tag of this one.
    public var last: String
  }

  /// The tags as JSON strings, with commas between them.
  public var json: ByteBuffer
  /// Nil if nothing comes behind it.
  public var next: Next?
}
