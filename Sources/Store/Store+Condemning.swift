import Logging
import OCI

extension Store {
  /// Takes content out of use at once, and drops its row behind the caller.
  ///
  /// `isStillWrong` is asked when the row is about to be dropped: the content may have been fetched again by then.
  func condemn(_ digest: Digest, isStillWrong: @escaping @Sendable (Shards, ContentRecord) -> Bool) {
    guard condemned.insert(digest) else { return }
    log.warning("content is not as recorded; it is dropped, to be fetched again", metadata: ["digest": "\(digest)"])
    let (shards, condemned) = (shards, condemned)
    writer.enqueue { (index) throws(StoreError) in
      guard let record = try index.content(digest), isStillWrong(shards, record) else { return }
      try index.removeContent(digest)
    } finished: { failure in
      // While the row cannot be dropped, the content stays out of use.
      if failure == nil { condemned.remove([digest]) }
    }
  }
}
