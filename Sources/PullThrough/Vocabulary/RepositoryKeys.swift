package import OCI

/// Content as one repository's: the key under which access to it is known.
package struct RepositoryDigest: Hashable, Sendable {
  package var repository: Repository
  package var digest: Digest

  package init(repository: Repository, digest: Digest) { (self.repository, self.digest) = (repository, digest) }
}

/// A tag of one repository.
struct RepositoryTag: Hashable, Sendable {
  var repository: Repository
  var tag: Tag
}
