import OCI
import PullThrough

/// What a person in front of an engine reads: what is wrong, and what to do.
enum ErrorMessage {
  static func text(of error: PullThroughError) -> String {
    switch error {
    case .upstreamUnknown(let requested, let known):
      "\(requested) is not a configured upstream; there are \(list(known)). An operator can add it under upstreams:"
    case .upstreamsDisagree(let prefix, let namespace):
      "the path selects \(prefix) but ns says \(namespace); check the mirror's path in the client's configuration"
    case .nameMissing(let upstream):
      "no repository is named after \(upstream)"
    case .repositoryUnknown(let repository):
      "\(repository): the upstream knows no such repository"
    case .manifestUnknown(let repository, let reference):
      "\(repository): the upstream has no manifest \(reference)"
    case .manifestAbsenceUnclear(let repository, let reference):
      "\(repository): 404 for the manifest \(reference), though not as registries answer"
    case .blobUnknown(let repository, let digest):
      "\(repository): the upstream has no blob \(digest)"
    case .denied(let repository, _, let reason):
      "\(repository): \(reason)"
    case .rateLimited(let upstream, let seconds):
      "\(upstream) limits this mirror" + (seconds.map { "; try again in \($0) s" } ?? "; try again later")
    case .upstreamFailed(let upstream, let reason, let seconds):
      "\(upstream) failed: \(reason)" + (seconds.map { "; try again in \($0) s" } ?? "")
    case .upstreamTimedOut(let upstream, let reason, let seconds):
      "\(upstream) did not answer: \(reason)" + (seconds.map { "; try again in \($0) s" } ?? "")
    case .contentMismatch(let repository, let digest, let reason):
      "\(repository): what the upstream sent is not \(digest): \(reason)"
    case .manifestRefused(let repository, let reference, let reason):
      "\(repository): the upstream's manifest \(reference) is refused: \(reason)"
    case .listTooLong(let repository, let reason):
      "\(repository): \(reason)"
    case .overloaded(let upstream):
      "too much is waiting for \(upstream) already; try again shortly"
    case .busy(.memory):
      "this mirror has as many documents and answers in memory as it may; try again in a few seconds"
    case .busy(.processors):
      "this mirror is behind with its work; try again in a few seconds"
    case .abandoned(let repository, let digest):
      "\(repository): the download of \(digest) was given up when its other clients left; try again"
    case .offline(let repository, let operation):
      "\(repository): \(text(of: operation)) not held here, and this mirror is offline: it asks no upstream. An operator can "
        + "bring it with berth bundle import"
    case .storeFailed:
      "this mirror's store failed; its log says why"
    }
  }

  private static func text(of operation: RepositoryOperation) -> String {
    switch operation {
    case .manifest(let reference): "the manifest \(reference) is"
    case .blob(let digest): "the blob \(digest) is"
    case .tags: "its tags are"
    case .referrers(let subject, _): "what refers to \(subject) is"
    case .upload: "what is added to it is"
    }
  }

  /// The names, those of one family as one, and no more than a reader can take in.
  private static func list(_ names: [UpstreamName]) -> String {
    var shown: [String] = []
    for name in names.map(\.description) {
      let family = name.hasSuffix(locations) ? "*\(locations)" : name
      if !shown.contains(family) { shown.append(family) }
    }
    let rest = shown.count - maxNames
    let listed = shown.prefix(maxNames).joined(separator: ", ")
    return rest > 0 ? "\(listed) and \(rest) more" : listed
  }

  /// Google's Artifact Registry has a name for each of its locations.
  private static let locations = "-docker.pkg.dev"
  private static let maxNames = 40
}
