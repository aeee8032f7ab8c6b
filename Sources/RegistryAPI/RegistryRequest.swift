import HTTPServer
import NIOHTTP1
import OCI
import PullThrough
import Synchronization

/// An operation on a repository: what a request target means, whoever asks and by whichever verb.
///
/// A class, so that what is cached is handed out for one reference count. It knows nothing of who asks: it is the same for all.
final class RegistryRequest: Sendable {

  /// The header fields of an answer, and what they depend on.
  private struct ContentHead {
    var digest: Digest
    var type: MediaType
    var sizeBytes: Int64
    var headers: HTTPHeaders
  }

  let operation: RepositoryOperation
  /// The repository as the client names it.
  let name: RequestedName
  let routed: RoutedRepository
  /// The same as text: what a client's token for it is about.
  let scopeName: String
  /// Whose the repository is.
  let owner: NameOwner
  /// Where such requests are counted.
  let account: RequestAccount
  private let lastHead = Mutex<ContentHead?>(nil)

  init(_ operation: RepositoryOperation, of name: RequestedName, in routed: RoutedRepository, account: RequestAccount) {
    self.operation = operation
    self.name = name
    self.routed = routed
    scopeName = name.segments.joined(separator: "/")
    owner = .proxied
    self.account = account
  }

  /// The header fields of an answer with the whole of `content`. Writing them is a twentieth of what a hit costs, so that
  /// the last ones are remembered.
  func headers(of content: CachedContent) -> HTTPHeaders {
    lastHead.withLock { last in
      if let last, last.digest == content.digest, last.type == content.mediaType, last.sizeBytes == content.sizeBytes {
        return last.headers
      }
      let (digest, type, sizeBytes) = (content.digest, content.mediaType, content.sizeBytes)
      let headers = CommonHeaders.content(digest, type: type, sizeBytes: sizeBytes, in: routed)
      last = ContentHead(digest: digest, type: type, sizeBytes: sizeBytes, headers: headers)
      return headers
    }
  }
}
