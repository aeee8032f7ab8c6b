import OCI
import Store

/// What upstream has said and is not in the index yet, laid over what the index says. Pure.
struct WriteBehindOverlay {
  typealias Number = UInt64

  /// What one write to the index makes known there.
  struct Item: Sendable {
    var repository: Repository
    /// A tag, and what it stands for.
    var tag: (name: Tag, record: TagRecord)?
    /// What the repository includes.
    var grants: [Digest: GrantRecord] = [:]
    /// What the rest is about, if that makes no sense without the repository's grant of it: written after that.
    var subject: Digest?
    /// Content that stays in memory until it is written, in bytes.
    var contentBytes = 0

    /// What it costs in memory until it is written, about.
    var costBytes: Int { contentBytes + grants.count * 256 + 1_024 }
    fileprivate var tagKey: RepositoryTag? { tag.map { RepositoryTag(repository: repository, tag: $0.name) } }
  }

  private var items: [Number: Item] = [:]
  private var lastNumber: Number = 0
  private var tags: [RepositoryTag: (record: TagRecord, item: Number)] = [:]
  private var grants: [RepositoryDigest: (record: GrantRecord, items: Int, last: Number)] = [:]
  /// What all items together cost in memory, about.
  private(set) var costBytes = 0

  var count: Int { items.count }

  func tag(_ repository: Repository, _ tag: Tag) -> TagRecord? {
    tags[RepositoryTag(repository: repository, tag: tag)]?.record
  }

  func grant(of digest: Digest, to repository: Repository) -> GrantRecord? {
    grants[RepositoryDigest(repository: repository, digest: digest)]?.record
  }

  /// - Returns: its number, and those of the ones that must be written before: which says something of the same tag, and
  ///   which grants what it is about.
  mutating func add(_ item: Item) -> (number: Number, after: [Number]) {
    lastNumber &+= 1
    items[lastNumber] = item
    costBytes += item.costBytes
    for (digest, record) in item.grants {
      let key = RepositoryDigest(repository: item.repository, digest: digest)
      grants[key] = (record, (grants[key]?.items ?? 0) + 1, lastNumber)
    }
    let granted = item.subject.flatMap { grants[RepositoryDigest(repository: item.repository, digest: $0)]?.last }
    guard let key = item.tagKey, let tag = item.tag else { return (lastNumber, [granted].compactMap(\.self)) }
    defer { tags[key] = (tag.record, lastNumber) }
    return (lastNumber, [granted, tags[key]?.item].compactMap(\.self))
  }

  /// It is written, or given up.
  mutating func remove(_ number: Number) {
    guard let item = items.removeValue(forKey: number) else { return }
    costBytes -= item.costBytes
    if let key = item.tagKey, tags[key]?.item == number { tags[key] = nil }
    for digest in item.grants.keys {
      let key = RepositoryDigest(repository: item.repository, digest: digest)
      guard let known = grants[key] else { continue }
      grants[key] = known.items > 1 ? (known.record, known.items - 1, known.last) : nil
    }
  }
}
