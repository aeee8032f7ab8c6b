import Memory
public import NIOCore
public import OCI

/// The descriptions of what refers to a manifest, as JSON objects with commas between them, ready to be sent, once for all
/// who ask.
public final class RenderedReferrers: Sendable {
  /// Of each, in their order.
  public let digests: [Digest]
  private let text: ByteBuffer
  /// Where each object begins, and one more behind the last comma that there would be.
  private let starts: [Int]
  /// Of each; many have the same few.
  private let artifactTypes: [String?]
  private let reservation: MemoryReservation

  /// What one takes beside its text, about.
  private static let overheadBytes = 160

  /// Blocks while it is written: for lanes, or for few referrers.
  /// - Throws: when memory has no room for it.
  init(_ referrers: [Referrer], memory: MemoryBudget) throws(MemoryUsedUp) {
    reservation = try memory.reserve(referrers.count * Self.overheadBytes)
    var bytes: [UInt8] = []
    var starts: [Int] = []
    starts.reserveCapacity(referrers.count + 1)
    for referrer in referrers {
      if !starts.isEmpty { bytes.append(UInt8(ascii: ",")) }
      starts.append(bytes.count)
      JSONText.append(.object(referrer.json), to: &bytes)
    }
    starts.append(bytes.count + 1)
    try reservation.grow(to: bytes.count + referrers.count * Self.overheadBytes)
    text = ByteBuffer(bytes: bytes)
    self.starts = starts
    digests = referrers.map(\.descriptor.digest)
    artifactTypes = referrers.map(\.artifactType)
  }

  /// What it takes in memory, in bytes.
  var memoryBytes: Int { reservation.bytes }

  /// All of them.
  public var all: ByteBuffer { text }

  /// Those of one artifact type, as it stands in their descriptions, copied: for a lane if there are many.
  public func json(ofType artifactType: String) -> ByteBuffer {
    var found = ByteBuffer()
    for (index, type) in artifactTypes.enumerated() where type == artifactType {
      guard let object = text.getSlice(at: starts[index], length: starts[index + 1] - 1 - starts[index]) else {
        continue
      }
      if found.readableBytes > 0 { found.writeInteger(UInt8(ascii: ",")) }
      found.writeImmutableBuffer(object)
    }
    return found
  }
}
