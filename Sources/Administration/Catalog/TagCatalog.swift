import OCI
import Store

/// A tag's row.
struct KnownTag: Sendable {
  var name: ImageName
  var record: TagRecord

  /// Where what it is made of begins.
  var root: (repository: Repository, digest: Digest) { (name.repository, record.digest) }
}

extension TagRecord {
  /// When an upstream last confirmed the tag, in seconds since 1970; nil if none ever has.
  var confirmedAt: Int64? {
    switch origin {
    case .archive: nil
    case .upstream, .confirmedArchive: checkedAt
    }
  }
}

/// The tags of which something is known.
struct TagCatalog: Sendable {
  let store: Store

  /// The rows of the tags that a pattern means, sorted. Memory reads of the index.
  func tags(matching pattern: ImagePattern) throws(OperationError) -> [KnownTag] {
    try tags(prefix: pattern.repositoryPrefix).filter { pattern.matches($0.name) }
  }

  /// The rows of all tags, sorted.
  func all() throws(OperationError) -> [KnownTag] { try tags(prefix: "") }

  private func tags(prefix: String) throws(OperationError) -> [KnownTag] {
    do throws(StoreError) {
      var known: [KnownTag] = []
      for repository in try store.repositories(matching: prefix) {
        for (tag, record) in try store.tags(in: repository) {
          known.append(KnownTag(name: ImageName(repository: repository, reference: .tag(tag)), record: record))
        }
      }
      return known
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
  }

  /// The tags, and those of their repositories that tools name after what they name (`sha256-….sig`): signatures,
  /// attestations, bills of materials.
  func withAttachments(_ tags: [KnownTag], among all: [KnownTag]) -> [KnownTag] {
    var prefixes: [Repository: [String]] = [:]
    for known in tags { prefixes[known.name.repository, default: []].append("\(known.record.digest.fallbackTag)") }
    let names = Set(tags.map(\.name))
    return tags
      + all.filter { known in
        guard !names.contains(known.name), case .tag(let tag) = known.name.reference else { return false }
        return prefixes[known.name.repository]?.contains { tag.description.hasPrefix($0) } == true
      }
  }
}
