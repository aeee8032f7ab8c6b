import Logging
import OCI
import Store
import Synchronization
import Upstream

// A manifest that names content which is held for other repositories gives no right to it. So that an image which is held as
// a whole does not fail for that when upstream is away, upstream is asked about such content behind the manifest's answer.

/// A ``ProofQueue`` that all requests share.
final class SharedProofQueue: Sendable {
  private let queue: Mutex<ProofQueue>

  init(maxRunning: Int = 2, maxWaiting: Int = 2_048) {
    queue = Mutex(ProofQueue(maxRunning: maxRunning, maxWaiting: maxWaiting))
  }

  /// Reads or changes the queue.
  func with<Value: Sendable>(_ body: (inout sending ProofQueue) -> Value) -> Value {
    queue.withLock { body(&$0) }
  }
}

/// Asks upstreams, behind manifests' answers, about content that is held for other repositories.
final class GrantConfirmation: Sendable {
  let grants: GrantService
  let documents: HeldDocuments
  private let proofs = SharedProofQueue()

  init(_ grants: GrantService, _ documents: HeldDocuments) { (self.grants, self.documents) = (grants, documents) }

  private var context: ServiceContext { grants.context }

  /// Asks upstream, behind the answer, about everything that a manifest of the repository names and that is held for others
  /// only. Returns at once.
  func begin(_ manifest: Manifest, in repository: Repository) {
    guard !context.upstreams.isOffline else { return }
    Task { ask(about: manifest, in: repository) }
  }

  private func ask(about manifest: Manifest, in repository: Repository) {
    let manifests = Set(manifest.manifests.map(\.digest))
    for child in manifest.referenced where !child.mediaType.isNonDistributable {
      let isManifest = manifests.contains(child.digest)
      let question = ProofQueue.Question(repository: repository, digest: child.digest, isManifest: isManifest)
      guard isOpen(question), proofs.with({ $0.add(question) }) else { continue }
      Task { await work(for: repository.upstream) }
    }
  }

  /// Whether content is held, or about to be, and it is not known that the repository includes it.
  private func isOpen(_ question: ProofQueue.Question) -> Bool {
    let (digest, repository) = (question.digest, question.repository)
    // Before the index is asked: a download leaves the table after its row is written.
    let download = grants.downloads.running(digest, for: repository.upstream)
    guard let found = try? context.pending.lookUp(digest, grantedTo: repository), found.grant == nil else {
      return false
    }
    if found.record != nil { return true }
    return download.map { $0.repository != repository && !$0.confirmedRepositories.contains(repository) } ?? false
  }

  private func work(for upstream: UpstreamName) async {
    while let question = proofs.with({ $0.next(of: upstream) }) {
      do throws(PullThroughError) {
        if isOpen(question) { try await answer(question) }
      } catch {
        context.log.debug(
          "upstream does not confirm shared content",
          metadata: ["repository": "\(question.repository)", "digest": "\(question.digest)", "error": "\(error)"]
        )
        if error.isTroubleOfUpstream { proofs.with { $0.drop(upstream) } }
      }
      proofs.with { $0.end(question) }
    }
  }

  private func answer(_ question: ProofQueue.Question) async throws(PullThroughError) {
    let (digest, repository) = (question.digest, question.repository)
    guard question.isManifest else {
      // One that HEAD does not show stays closed until a client asks for it.
      _ = try await grants.proveBlob(digest, in: repository)
      return
    }
    guard try await grants.proveManifest(digest, in: repository) else { return }
    // What it names is as little known to be this repository's as it was.
    guard let held = try? await documents.document(digest) else { return }
    ask(about: held.manifest, in: repository)
  }
}
