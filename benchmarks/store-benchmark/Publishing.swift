import Dispatch
import OCI
import Store

/// Publishes contents the way downloads do: staging file, bytes, sync, rename, row and grant.
struct Publishing: Sendable {
  private static let lanes = 16

  let store: Store
  let sample: SampleContents

  /// How long each takes when nothing else is published.
  func oneByOne(_ numbers: Range<Int>) async throws -> Durations {
    let lane = DispatchQueue(label: "lane")
    let clock = ContinuousClock()
    var durations = Durations()
    for number in numbers {
      let bytes = sample.bytes(number)
      let start = clock.now
      try await publish(bytes, on: lane)
      durations.append(clock.now - start)
    }
    return durations
  }

  /// How long all take, with as many lanes as a busy server has: rows are committed together.
  func together(_ numbers: Range<Int>) async throws -> Duration {
    let start = ContinuousClock.now
    try await withThrowingTaskGroup(of: Void.self) { group in
      for first in 0..<Self.lanes {
        group.addTask {
          let lane = DispatchQueue(label: "lane \(first)")
          for number in stride(from: numbers.lowerBound + first, to: numbers.upperBound, by: Self.lanes) {
            try await publish(sample.bytes(number), on: lane)
          }
        }
      }
      try await group.waitForAll()
    }
    return ContinuousClock.now - start
  }

  private func publish(_ bytes: [UInt8], on lane: DispatchQueue) async throws {
    let digest = Digest.of(bytes)
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      lane.async {
        continuation.resume(with: Result { try stageAndPublish(bytes, as: digest) })
      }
    }
    let repository = sample.repository
    try await store.write { (index) throws(StoreError) in
      try index.putContent(digest, ContentRecord(size: Int64(bytes.count), lastAccess: 2_000_000_000))
      try index.grant(repository, digest, GrantRecord(grantedAt: 2_000_000_000))
    }
  }

  private func stageAndPublish(_ bytes: [UInt8], as digest: Digest) throws {
    let staging = try store.createStaging(for: digest, expectedSize: Int64(bytes.count))
    try bytes.withUnsafeBytes { try staging.write($0, at: 0) }
    try store.publish(staging, as: digest, size: Int64(bytes.count))
  }
}
