import OCI

/// Which page of a list is asked for next. Pure.
///
/// | a page | links to | then |
/// |---|---|---|
/// | any | nothing | the list is whole |
/// | any | a page not seen yet | that one is next |
/// | without entries | a page seen before | the list is whole: some registries link from the end to the end |
/// | with entries | a page seen before | an error: where the list ends cannot be told |
/// | one too many | a page | an error |
struct PageWalk {
  private let list: String
  private let maxPages: Int
  /// Hashes: a cursor may be kilobytes long, and two that are taken for one end in an error, not in a shorter list.
  private var seen: Set<Int> = []

  /// - Parameter list: what is listed, for errors: `list of tags`.
  init(_ list: String, limits: Limits) { (self.list, maxPages) = (list, limits.maxListPages) }

  /// The page behind one that has been read; nil if that was the last.
  mutating func page(at cursor: PageCursor?, behindEmpty isEmpty: Bool) throws(UpstreamFailure) -> PageCursor? {
    guard let cursor else { return nil }
    guard seen.insert(cursor.hashValue).inserted else {
      if isEmpty { return nil }
      throw .protocolViolation("\(list): the links from page to page lead around in a circle")
    }
    guard seen.count < maxPages else { throw .listTooLong("\(list): more than \(maxPages) pages (maxListPages)") }
    return cursor
  }
}
