import PullThrough
import Synchronization

/// The most recent request targets, with what they mean.
///
/// Engines ask for the same again and again; taking a target apart and routing it is a tenth of what a hit costs. What a
/// target means depends on the `Host` field and on the upstreams of the day, so that a reload forgets all. It does not depend
/// on who asks: what that client may do is judged anew for each request.
final class RouteCache: Sendable {
  private struct Key: Hashable {
    var target: String
    var host: String?
  }

  private struct Memory {
    var upstreams: UpstreamTable?
    var targets: [Key: RegistryRequest] = [:]
  }

  private let memory = Mutex(Memory())
  private let maxTargets: Int
  private let maxTargetBytes: Int

  /// - Parameters:
  ///   - maxTargets: with one more, all are forgotten: cheaper than finding out which are asked for again.
  ///   - maxTargetBytes: longer ones are not remembered.
  init(maxTargets: Int, maxTargetBytes: Int) {
    self.maxTargets = maxTargets
    self.maxTargetBytes = maxTargetBytes
  }

  func find(_ target: String, host: String?, among upstreams: UpstreamTable) -> RegistryRequest? {
    memory.withLock { memory in
      memory.upstreams === upstreams ? memory.targets[Key(target: target, host: host)] : nil
    }
  }

  func remember(_ target: String, host: String?, among upstreams: UpstreamTable, means routed: RegistryRequest) {
    guard target.utf8.count + (host?.utf8.count ?? 0) <= maxTargetBytes else { return }
    memory.withLock { memory in
      if memory.upstreams !== upstreams || memory.targets.count >= maxTargets {
        memory = Memory(upstreams: upstreams)
      }
      memory.targets[Key(target: target, host: host)] = routed
    }
  }
}
