import Logging
public import OCI

extension Store {
  /// Takes content whose bytes the device does not give out of use, until it is fetched again or Berth is started anew.
  /// Row and file stay: the device may give them later. What has taken the file's place meanwhile is not concerned,
  /// nor a file that has become shorter: ``open(_:_:)`` finds and drops it.
  public func noteUnreadable(_ file: ContentFile, of digest: Digest) {
    guard let now = try? shards.open(digest), now.inode == file.inode, now.size == file.size else { return }
    setAside(digest, because: "its file does not give all of its bytes")
  }

  func setAside(_ digest: Digest, because reason: String) {
    guard condemned.insert(digest) else { return }
    log.warning(
      "content cannot be read; it is fetched again when it is asked for",
      metadata: ["digest": "\(digest)", "error": "\(reason)"]
    )
  }

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
