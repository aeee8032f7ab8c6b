import OCI

/// Which places for transfers are taken, and who may have one. Pure.
///
/// All upstreams share the places, and each has a limit of its own; but one that nothing flows from gets a place even when
/// all are taken, and a transfer that is slow takes a place of its upstream alone. So no upstream, however slow, and no
/// number of them, keeps another's from running.
///
/// A request for a digest that no manifest has named may well bring no body. While an upstream gives many such answers it is
/// *flooded*: requests that have no body yet take none of its places then, and have a limit of their own.
struct Places {
  /// What one upstream has.
  fileprivate struct Share {
    var bodies = 0
    var slowBodies = 0
    var asking = 0
    var slowAsking = 0
    var isFlooded = false

    var taken: Int { isFlooded ? bodies : bodies + asking }
    var flowing: Int { isFlooded ? bodies - slowBodies : taken - slowBodies - slowAsking }
    var isEmpty: Bool { bodies == 0 && asking == 0 }
  }

  /// Requests that may be without a body yet, for each place of a flooded upstream.
  static let asksPerPlace = 16
  /// Prefetching takes one part in so many at the most, and none where there are fewer places.
  static let prefetchDivisor = 4

  private let count: Int
  private var shares: [UpstreamName: Share] = [:]

  init(_ count: Int) { self.count = count }

  /// Transfers that have a place, and requests that have no body yet.
  var runningCount: Int { shares.values.reduce(0) { $0 + $1.bodies + $1.asking } }

  private var flowing: Int { shares.values.reduce(0) { $0 + $1.flowing } }

  /// Whether a transfer may begin.
  /// - Parameter limit: of its upstream.
  func hasPlace(at upstream: UpstreamName, limit: Int, for stage: TransferStage, _ priority: Priority) -> Bool {
    let share = shares[upstream] ?? Share()
    if stage == .asking, share.isFlooded { return share.asking < limit * Self.asksPerPlace }
    if priority == .prefetch {
      return share.taken < limit / Self.prefetchDivisor && flowing < count / Self.prefetchDivisor
    }
    return share.taken < limit && (flowing < count || share.flowing == 0)
  }

  /// Whether a request that has been answered with a body may go on to transfer it.
  func mayTransfer(at upstream: UpstreamName, limit: Int) -> Bool {
    let share = shares[upstream] ?? Share()
    // It has a place already.
    guard share.isFlooded else { return true }
    return share.bodies < limit && (flowing < count || share.flowing == 0)
  }

  mutating func take(at upstream: UpstreamName, _ stage: TransferStage) {
    shares[upstream, default: Share()].change(stage, by: 1)
  }

  mutating func leave(_ upstream: UpstreamName, _ stage: TransferStage, isSlow: Bool) {
    shares[upstream]?.change(stage, by: -1)
    if isSlow { shares[upstream]?.changeSlow(stage, by: -1) }
    if shares[upstream]?.isEmpty == true, !isFlooded(upstream) { shares[upstream] = nil }
  }

  mutating func mark(_ upstream: UpstreamName, _ stage: TransferStage, isSlow: Bool) {
    shares[upstream]?.changeSlow(stage, by: isSlow ? 1 : -1)
  }

  func isFlooded(_ upstream: UpstreamName) -> Bool { shares[upstream]?.isFlooded == true }

  /// Whether an upstream gives many answers without a body. It stays flooded until those who ask would find places.
  mutating func setFlooded(_ isFlooded: Bool, _ upstream: UpstreamName, limit: Int) {
    var share = shares[upstream] ?? Share()
    guard isFlooded != share.isFlooded, isFlooded || share.bodies + share.asking <= limit else { return }
    share.isFlooded = isFlooded
    shares[upstream] = share
  }
}

extension Places.Share {
  fileprivate mutating func change(_ stage: TransferStage, by difference: Int) {
    switch stage {
    case .asking: asking += difference
    case .transferring: bodies += difference
    }
  }

  fileprivate mutating func changeSlow(_ stage: TransferStage, by difference: Int) {
    switch stage {
    case .asking: slowAsking += difference
    case .transferring: slowBodies += difference
    }
  }
}

/// How far a transfer is.
enum TransferStage: Sendable {
  /// Upstream is asked for what no manifest has named, so that there may be nothing to transfer.
  case asking
  /// A body comes, or will probably.
  case transferring
}
