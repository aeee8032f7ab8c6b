import NIOCore
import OCI

/// What the registry holds: a pure model, without rules, accounts or wire.
struct Registry: Sendable {
  struct Blob: Sendable {
    var content: Content
    /// The repositories that include it; nil for all.
    var repositories: Set<String>?
  }

  struct Repository: Sendable {
    var manifests: [Digest: StoredManifest] = [:]
    var tags: [String: Digest] = [:]
  }

  private(set) var blobs: [Digest: Blob] = [:]
  private(set) var repositories: [String: Repository] = [:]

  /// Adds a blob to `names`, or to every repository for nil; adding it again only ever makes it visible in more.
  mutating func add(_ content: Content, as digest: Digest, to names: Set<String>?) {
    guard let held = blobs[digest] else {
      blobs[digest] = Blob(content: content, repositories: names)
      return
    }
    guard let before = held.repositories, let names else {
      blobs[digest]?.repositories = nil
      return
    }
    blobs[digest]?.repositories = before.union(names)
  }

  /// Adds a manifest to a repository, which comes to be, and points `tags` at it.
  mutating func add(_ manifest: StoredManifest, to name: String, tags: [String] = []) {
    var repository = repositories[name] ?? Repository()
    repository.manifests[manifest.digest] = manifest
    for tag in tags { repository.tags[tag] = manifest.digest }
    repositories[name] = repository
  }

  /// Takes a tag away, a manifest with all its tags, or, from one repository or all, a blob.
  mutating func removeTag(_ tag: String, from name: String) {
    repositories[name]?.tags[tag] = nil
  }

  mutating func removeManifest(_ digest: Digest, from name: String) {
    guard var repository = repositories[name] else { return }
    repository.manifests[digest] = nil
    repository.tags = repository.tags.filter { $0.value != digest }
    repositories[name] = repository
  }

  mutating func removeBlob(_ digest: Digest, from name: String?) {
    guard let name else {
      blobs[digest] = nil
      return
    }
    blobs[digest]?.repositories?.remove(name)
  }

  /// The blob, if `name` includes it.
  func blob(_ digest: Digest, in name: String) -> Content? {
    guard let blob = blobs[digest], blob.repositories?.contains(name) ?? true else { return nil }
    return blob.content
  }

  /// The manifest that a tag or a digest names in a repository.
  func manifest(_ reference: String, in name: String) -> StoredManifest? {
    guard let repository = repositories[name] else { return nil }
    if let digest = repository.tags[reference] { return repository.manifests[digest] }
    return (try? Digest(parsing: reference)).flatMap { repository.manifests[$0] }
  }

  /// The manifests of a repository whose `subject` is `digest`, by digest.
  func referrers(of digest: Digest, in name: String) -> [StoredManifest] {
    (repositories[name]?.manifests.values.filter { $0.subject == digest } ?? []).sorted { $0.digest < $1.digest }
  }

  /// Whether the repository has been heard of: it holds a manifest, a tag, or a blob of its own.
  func knows(_ name: String) -> Bool {
    repositories[name] != nil || blobs.values.contains { $0.repositories?.contains(name) ?? false }
  }
}
