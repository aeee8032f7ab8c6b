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

extension PullThrough {
  /// The rows of the tags that a pattern means, sorted. Memory reads of the index.
  func knownTags(matching pattern: ImagePattern) throws(OperationError) -> [KnownTag] {
    try knownTags(prefix: pattern.repositoryPrefix).filter { pattern.matches($0.name) }
  }

  /// The rows of all tags, sorted.
  func allKnownTags() throws(OperationError) -> [KnownTag] { try knownTags(prefix: "") }

  private func knownTags(prefix: String) throws(OperationError) -> [KnownTag] {
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
}
