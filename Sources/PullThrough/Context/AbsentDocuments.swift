import OCI
import Synchronization
import Upstream

/// Documents that upstreams were found not to have, for seconds. See ``NegativeAnswers``.
final class AbsentDocuments: Sendable {
  enum Document: Hashable, Sendable {
    case manifest(Repository, Reference)
    case tags(Repository)

    var repository: Repository {
      switch self {
      case .manifest(let repository, _), .tags(let repository): repository
      }
    }

    /// What is answered when there is none.
    var absence: PullThroughError {
      switch self {
      case .manifest(let repository, let reference): .manifestUnknown(repository, reference)
      case .tags(let repository): .repositoryUnknown(repository)
      }
    }
  }

  private let answers: Mutex<NegativeAnswers<Document>>

  init(limits: Limits) {
    answers = Mutex(NegativeAnswers(lifetime: limits.negativeAnswerLifetime, maxCount: limits.maxNegativeAnswers))
  }

  func has(_ document: Document) -> Bool { answers.withLock { $0.has(document, at: .now) } }

  func note(_ document: Document) { answers.withLock { $0.note(document, at: .now) } }

  func forget(_ document: Document) { answers.withLock { $0.forget(document) } }
}

extension ServiceContext {
  /// Asks upstream for a document that is not held, unless others wait to ask it, and it has said a moment ago that there is
  /// none. With places free upstream is asked, so that what has just been pushed is found.
  func unlessAbsent<Value: Sendable>(
    _ document: AbsentDocuments.Document,
    _ ask: @Sendable () async throws(PullThroughError) -> Value
  ) async throws(PullThroughError) -> Value {
    let isShort = upstreams.table[document.repository.upstream].map { $0.askLoad.waiting > 0 } ?? false
    if isShort, absent.has(document) { throw document.absence }
    do throws(PullThroughError) {
      let value = try await ask()
      absent.forget(document)
      return value
    } catch {
      if error == document.absence { absent.note(document) }
      throw error
    }
  }
}
