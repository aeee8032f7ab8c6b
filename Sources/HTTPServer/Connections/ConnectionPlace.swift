import NIOCore
import OCI
import Synchronization

/// A connection's place among all, and what it is doing: written by its event loop, read by whoever needs the place.
final class ConnectionPlace: PlaceHolder, Sendable {
  let client: ClientKey
  /// The time in nanoseconds, and the kind in the last three bits: one word, so that noting it takes no lock.
  private let word: Atomic<UInt64>

  init(_ client: ClientKey, acceptedAt now: NIODeadline) {
    self.client = client
    word = Atomic(Self.word(Standing(.awaitingClient, since: now)))
  }

  var standing: Standing {
    let word = word.load(ordering: .relaxed)
    return Standing(Standing.Kind(rawValue: UInt8(word & 7)) ?? .sending, since: .uptimeNanoseconds(word >> 3))
  }

  func note(_ standing: Standing) { word.store(Self.word(standing), ordering: .relaxed) }

  private static func word(_ standing: Standing) -> UInt64 {
    standing.since.uptimeNanoseconds << 3 | UInt64(standing.kind.rawValue)
  }
}
