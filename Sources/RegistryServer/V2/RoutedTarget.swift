import OCI
import PullThrough

/// A request target that selects a repository, with the repository that it selects.
///
/// A class, so that what is remembered is handed out for one reference count.
final class RoutedTarget: Sendable {
  /// What is asked for of a repository.
  enum Wanted {
    case manifest(Reference)
    case blob(Digest)
    case tagList(RequestedName, limit: Int?, last: String?)
    case referrers(Digest, artifactType: String?)
  }

  let wanted: Wanted
  let routed: RoutedRepository
  /// Where such requests are counted.
  let account: RequestAccount

  init(_ wanted: Wanted, in routed: RoutedRepository, account: RequestAccount) {
    self.wanted = wanted
    self.routed = routed
    self.account = account
  }
}
