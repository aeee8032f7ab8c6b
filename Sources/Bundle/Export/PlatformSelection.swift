import OCI

/// Which children of an index are taken. Pure.
struct PlatformSelection {
  private let wanted: [Platform]

  /// - Parameter wanted: none means all.
  init(_ wanted: [Platform]) { self.wanted = wanted }

  /// - Returns: the digests that are taken, and the platforms for which there is nothing.
  ///
  /// A child without a platform is taken always. One that is about another child (BuildKit's attestations, whose
  /// platform is `unknown/unknown`) is taken with that.
  func children(of manifest: Manifest) -> (digests: Set<Digest>, missing: [Platform]) {
    let children = manifest.manifests
    guard !wanted.isEmpty else { return (Set(children.map(\.digest)), []) }
    var digests: Set<Digest> = []
    for child in children {
      let isWanted = child.platform.map { platform in wanted.contains { platform.matches($0) } }
      if isWanted ?? true { digests.insert(child.digest) }
    }
    for child in children {
      let about = child.annotations["vnd.docker.reference.digest"].flatMap { try? Digest(parsing: $0) }
      if let about, digests.contains(about) { digests.insert(child.digest) }
    }
    let hasPlatforms = children.contains { $0.platform != nil }
    let missing = wanted.filter { platform in !children.contains { $0.platform?.matches(platform) ?? false } }
    return (digests, hasPlatforms ? missing : [])
  }
}
