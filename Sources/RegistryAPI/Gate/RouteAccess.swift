import Access
import NIOHTTP1
import PullThrough

/// Whose a repository is, which decides what can be done with it at all.
enum NameOwner: Hashable, Sendable, CaseIterable {
  /// An upstream's: it is read here, and written there.
  case proxied
  /// This Berth's own.
  case hosted
}

extension RepositoryOperation {
  /// What a client must be allowed to do for this operation by that verb; nil where there is no such verb
  /// (distribution-spec §Endpoints).
  func neededAccess(by method: HTTPMethod, of owner: NameOwner) -> Actions? {
    switch owner {
    // That nothing is uploaded to it is for the endpoint to say.
    case .proxied: method == .GET || method == .HEAD ? .pull : nil
    case .hosted: neededAccessToOwn(by: method)
    }
  }

  private func neededAccessToOwn(by method: HTTPMethod) -> Actions? {
    switch (self, method) {
    case (.manifest, .GET), (.manifest, .HEAD), (.blob, .GET), (.blob, .HEAD): .pull
    case (.tags, .GET), (.tags, .HEAD), (.referrers, .GET), (.referrers, .HEAD): .pull
    // Whether a tag is moved is known, and asked, where the tag is looked up.
    case (.manifest, .PUT): .push
    case (.manifest, .DELETE), (.blob, .DELETE): .delete
    // Giving up an upload of one's own takes nothing away.
    case (.upload, .POST), (.upload, .PATCH), (.upload, .PUT), (.upload, .GET), (.upload, .DELETE): .push
    case (.manifest, _), (.blob, _), (.tags, _), (.referrers, _), (.upload, _): nil
    }
  }
}
