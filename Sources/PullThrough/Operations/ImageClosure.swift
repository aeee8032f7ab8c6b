import OCI
import Store

extension PullThrough {
  /// What some manifests are made of, with all that refers to them, each content with its length.
  ///
  /// Of an index, only the images whose manifests are held count.
  /// - Parameter includesMissing: whether content counts that is named by a manifest that is held and is not held itself.
  /// - Returns: the contents; and those manifests of which there is more than was walked.
  func closure(
    of roots: [(repository: Repository, digest: Digest)],
    includesMissing: Bool
  ) async throws(OperationError) -> (contents: [Digest: RemoteSize], cut: [Digest]) {
    var found: [Digest: RemoteSize] = [:]
    var cut: [Digest] = []
    var walked: Set<Digest> = []
    var rest = roots
    while let root = rest.popLast() {
      guard walked.insert(root.digest).inserted else { continue }
      let contents = try await contents(of: root.digest)
      if contents.isCut { cut.append(root.digest) }
      let unknown = Set(contents.parts.filter { !$0.isManifestHeld }.map(\.digest))
      for (digest, content) in contents.contents where content.isHeld || includesMissing && !unknown.contains(digest) {
        found[digest] = content.size
      }
      for subject in Set([root.digest] + contents.indexes + contents.parts.map(\.digest)) {
        rest += try referrers(of: subject, in: root.repository).map { (root.repository, $0) }
      }
    }
    return (found, cut)
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

  private func referrers(of subject: Digest, in repository: Repository) throws(OperationError) -> [Digest] {
    do throws(StoreError) {
      return try store.referrers(repository, subject: subject)?.referrers.map(\.descriptor.digest) ?? []
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
  }
}
