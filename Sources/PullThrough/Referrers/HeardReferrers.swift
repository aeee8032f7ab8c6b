import DequeModule
import OCI
import Store
import Synchronization

/// Lists of referrers that the index does not have: what refers to subjects that are not held. The latest ones, in memory
/// alone.
final class HeardReferrers: Sendable {
  private struct Heard {
    var records: [RepositoryDigest: ReferrersRecord] = [:]
    var order: Deque<RepositoryDigest> = []
    var cost = 0
  }

  /// What a list costs, and each descriptor in it, beside its remarks, about.
  private static let overheadBytes = 512

  private let heard = Mutex(Heard())
  private let maxCost: Int

  /// - Parameter maxBytes: most that all lists may cost; one that costs more by itself is not remembered.
  init(maxBytes: Int = 4 << 20) { maxCost = maxBytes }

  /// What was last heard; nil if that was nothing, or is forgotten.
  func find(_ subject: Digest, in repository: Repository) -> ReferrersRecord? {
    heard.withLock { $0.records[RepositoryDigest(repository: repository, digest: subject)] }
  }

  /// Upstream has said this, in place of anything before.
  func note(_ record: ReferrersRecord, of subject: Digest, in repository: Repository) {
    let key = RepositoryDigest(repository: repository, digest: subject)
    heard.withLock { heard in
      Self.remove(key, &heard)
      guard Self.cost(of: record) <= maxCost else { return }
      heard.records[key] = record
      heard.order.append(key)
      heard.cost += Self.cost(of: record)
      while heard.cost > maxCost, let oldest = heard.order.first { Self.remove(oldest, &heard) }
    }
  }

  /// The index has this now. What has been heard since stays.
  func forget(_ record: ReferrersRecord, of subject: Digest, in repository: Repository) {
    let key = RepositoryDigest(repository: repository, digest: subject)
    heard.withLock { heard in
      if heard.records[key] == record { Self.remove(key, &heard) }
    }
  }

  private static func remove(_ key: RepositoryDigest, _ heard: inout Heard) {
    guard let record = heard.records.removeValue(forKey: key) else { return }
    heard.cost -= cost(of: record)
    if heard.order.first == key { heard.order.removeFirst() } else { heard.order.removeAll { $0 == key } }
  }

  private static func cost(of record: ReferrersRecord) -> Int {
    record.referrers.reduce(overheadBytes) { $0 + overheadBytes + JSONText.render(.object($1.json)).count }
  }
}
