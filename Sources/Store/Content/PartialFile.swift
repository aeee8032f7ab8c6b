import Glibc
import OCI
import Synchronization

/// A staging file with holes: content of which clients have asked for parts alone. Every call blocks, but for those that say
/// otherwise; make it on a lane.
///
/// What is in it is verified by nobody, and is shown to nobody before a download of the whole has completed and verified it.
public final class PartialFile: Sendable {
  private struct State {
    var record: PartialRecord
    /// Open while somebody writes.
    var descriptor: Int32?
    var writers = 0
    var usedAt: Int64
    var isChanged = false
    /// Whether it was taken over or given up: nobody writes any more.
    var isEnded = false
    var reservation: Reservation?
  }

  let digest: Digest
  let name: StagingName
  private let directory: StoreDirectory
  private let state: Mutex<State>
  /// Held while bytes are written, so that none are once the file was taken over. ``state`` is never held so long.
  private let writing = Mutex<Void>(())

  init(_ name: StagingName, _ record: PartialRecord, in directory: StoreDirectory, usedAt: Int64) {
    digest = name.digest
    self.name = name
    self.directory = directory
    state = Mutex(State(record: record, usedAt: usedAt))
  }

  deinit { if let descriptor = state.withLock({ $0.descriptor }) { Glibc.close(descriptor) } }

  /// Bytes that have arrived. Does not block.
  public var receivedBytes: Int64 { state.withLock { $0.record.ranges.total } }

  /// Whether all bytes have arrived. Does not block.
  public var isComplete: Bool { state.withLock { $0.record.ranges.contains(0..<$0.record.totalBytes) } }

  /// What is known of it, when it was last written, in seconds since 1970, and whether somebody writes. Does not block.
  var summary: (record: PartialRecord, usedAt: Int64, isInUse: Bool) {
    state.withLock { ($0.record, $0.usedAt, $0.writers > 0) }
  }

  /// Bytes of room that is promised to it. Does not block.
  var reservedBytes: Int64 { state.withLock { $0.reservation?.bytes ?? 0 } }

  /// Somebody begins to write.
  /// - Returns: false when it was taken over or given up.
  func begin() throws(FileFailure) -> Bool {
    try state.withLock { state throws(FileFailure) in
      guard !state.isEnded else { return false }
      if state.descriptor == nil {
        state.descriptor = try Files.open(name.text, in: directory.staging.raw, O_RDWR | O_CREAT, .staging).release()
      }
      state.writers += 1
      return true
    }
  }

  /// Somebody writes no more: the last one leaves a record of what has arrived.
  public func end(at now: Int64) {
    let (record, descriptor) = state.withLock { state -> (PartialRecord?, Int32?) in
      state.writers -= 1
      state.usedAt = now
      guard state.writers == 0, !state.isEnded else { return (nil, nil) }
      // Whoever begins next opens it anew.
      defer { (state.descriptor, state.isChanged) = (nil, false) }
      return (state.isChanged ? state.record : nil, state.descriptor)
    }
    if let descriptor { Glibc.close(descriptor) }
    // Without a record the bytes are of no use to the next start, and of use until then.
    if let record { try? record.write(for: name, in: directory) }
  }

  /// Writes what has not arrived yet of some bytes. What has is compared: where it differs somebody has sent something wrong, and
  /// nothing that came before is believed any more.
  /// - Returns: false when nothing is written here any more: the file failed, or it was taken over.
  @discardableResult
  public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) -> Bool {
    let range = offset..<offset.saturatingSum(Int64(bytes.count))
    return writing.withLock { _ in
      let (descriptor, record) = state.withLock { ($0.isEnded ? nil : $0.descriptor, $0.record) }
      guard let descriptor else { return false }
      let isDoubtful = record.ranges.ranges.contains { arrived in
        let both = arrived.clamped(to: range)
        return !both.isEmpty && !Self.isSame(descriptor, both, as: Self.slice(bytes, both, from: offset))
      }
      if isDoubtful { state.withLock { $0.record.ranges = ReceivedRanges() } }
      for gap in state.withLock({ $0.record.news(in: range) }) {
        guard (try? Files.write(Self.slice(bytes, gap, from: offset), to: descriptor, at: gap.lowerBound)) != nil
        else { return false }
        state.withLock { state in
          state.record.ranges.insert(gap)
          state.isChanged = true
        }
      }
      return true
    }
  }

  private static func slice(
    _ bytes: UnsafeRawBufferPointer,
    _ range: Range<Int64>,
    from offset: Int64
  ) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[Int(range.lowerBound - offset)..<Int(range.upperBound - offset)])
  }

  /// Whether a range of the file has these bytes.
  private static func isSame(_ descriptor: Int32, _ range: Range<Int64>, as bytes: UnsafeRawBufferPointer) -> Bool {
    var piece = [UInt8](repeating: 0, count: min(bytes.count, 64 << 10))
    var position = 0
    while position < bytes.count {
      let wanted = min(piece.count, bytes.count - position)
      let count = Files.retrying { pread(descriptor, &piece, wanted, off_t(range.lowerBound) + off_t(position)) }
      guard count > 0, piece[..<count].elementsEqual(bytes[position..<position + count]) else { return false }
      position += count
    }
    return true
  }

  /// How many bytes more than are promised to it there must be room for, before so many of a range are written; 0 if there is
  /// enough. Does not block.
  func shortage(for range: Range<Int64>) -> Int64 {
    state.withLock { state in
      let needed = state.record.ranges.total + state.record.news(in: range).reduce(0) { $0 + Int64($1.count) }
      return max(0, needed - (state.reservation?.bytes ?? 0))
    }
  }

  /// Room is promised to it. Does not block.
  func add(_ reservation: Reservation) {
    state.withLock { state in
      guard !state.isEnded, let held = state.reservation else {
        if !state.isEnded { state.reservation = reservation }
        return
      }
      held.add(reservation.take())
    }
  }

  /// Ends it for those that write, whoever takes it over or removes it. Gives back the room.
  /// - Returns: what has arrived; nil if it was ended before.
  func take() -> PartialRecord? {
    let (record, descriptor) = writing.withLock { _ in
      state.withLock { state -> (PartialRecord?, Int32?) in
        guard !state.isEnded else { return (nil, nil) }
        defer { (state.descriptor, state.reservation) = (nil, nil) }
        state.isEnded = true
        return (state.record, state.descriptor)
      }
    }
    if let descriptor { Glibc.close(descriptor) }
    return record
  }
}
