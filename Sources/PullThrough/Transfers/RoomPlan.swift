import OCI

/// How much room content is given as it arrives. Pure; all values are bytes.
///
/// What an upstream or a manifest says of a length makes no room, for either may lie: room grows with what has come.
struct RoomPlan {
  enum Step: Equatable {
    /// There is room for what comes.
    case enough
    /// Room is to be made up to so much in all.
    case reserve(upTo: Int64)
    /// It would take more of the store than one content may.
    case tooLarge
  }

  /// Room is made for so much more than has come: for as much again, within these.
  static let (leastAhead, mostAhead): (Int64, Int64) = (1 << 20, 16 << 20)

  /// The most that one content may take.
  let largest: Int64

  /// - Parameter capacity: of the store; nil if it has no bound.
  init(capacity: Int64?, share: Double) {
    largest =
      capacity.map { capacity in
        // A share of a large number, in steps that a double has exactly.
        let parts = Int64(min(max(share, 0), 1) * 1_000)
        return capacity / 1_000 * parts + capacity % 1_000 * parts / 1_000
      } ?? .max
  }

  /// What to do before there are `received` bytes of it, of which `reserved` have room.
  /// - Parameter total: how long it is said to be; nil if nobody says.
  func step(received: Int64, reserved: Int64, total: Int64?) -> Step {
    guard max(received, total ?? 0) <= largest else { return .tooLarge }
    guard received > reserved else { return .enough }
    let ahead = min(max(received, Self.leastAhead), Self.mostAhead)
    let wanted = received.saturatingSum(ahead)
    // Never less than what is there, whatever was said.
    return .reserve(upTo: max(received, min(wanted, total ?? .max, largest)))
  }
}
