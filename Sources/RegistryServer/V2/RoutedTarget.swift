import NIOHTTP1
import OCI
import PullThrough
import Synchronization

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

  /// The header fields of an answer, and what they depend on.
  private struct ContentHead {
    var digest: Digest
    var type: MediaType
    var sizeBytes: Int64
    var headers: HTTPHeaders
  }

  let wanted: Wanted
  let routed: RoutedRepository
  /// Where such requests are counted.
  let account: RequestAccount
  private let lastHead = Mutex<ContentHead?>(nil)

  init(_ wanted: Wanted, in routed: RoutedRepository, account: RequestAccount) {
    self.wanted = wanted
    self.routed = routed
    self.account = account
  }

  /// The header fields of an answer with the whole of `content`. Writing them is a twentieth of what a hit costs, so that
  /// the last ones are remembered.
  func headers(of content: HotContent) -> HTTPHeaders {
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
