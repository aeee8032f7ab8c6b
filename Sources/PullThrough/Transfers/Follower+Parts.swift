import OCI
import Synchronization

extension Follower {
  /// Parts with less between them than a request of their own is worth are asked for as one.
  static func joined(_ parts: [Range<Int64>], gap: Int64 = SegmentPlan.leastExtraBytes) -> [Range<Int64>] {
    var joined: [Range<Int64>] = []
    for part in parts.filter({ !$0.isEmpty }).sorted(by: { $0.lowerBound < $1.lowerBound }) {
      guard let last = joined.last, part.lowerBound.saturatingDifference(last.upperBound) <= gap,
        max(last.upperBound, part.upperBound).saturatingDifference(last.lowerBound) <= SegmentPlan.maxExtraBytes
      else {
        joined.append(part)
        continue
      }
      joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, part.upperBound)
    }
    return joined
  }
}

extension Download {
  /// Has parts fetched that are far from arriving.
  func demand(_ parts: [Range<Int64>]) {
    let fetchAhead = state.withLock { $0.fetchAhead }
    guard let fetchAhead else { return }
    for part in parts {
      let claim = plan { $0.demand(part.lowerBound, partEnd: part.upperBound) }
      if let claim { fetchAhead(claim) }
    }
  }
}
