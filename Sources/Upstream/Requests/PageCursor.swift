import OCI

/// Where a list goes on: the query of a `Link` field, and nothing else of it.
///
/// Host and path of a link are an upstream's input and are never followed; the list's own path is
/// asked again with other parameters. `n` and `last` are usual, but some registries have their own.
struct PageCursor: Hashable, Sendable {
  /// The query as it stands in the link, legal in a URL.
  let query: String

  /// The first page of a list, with at most so many entries (distribution-spec §Listing Tags, `n`).
  init(pageSize: Int) { query = "n=\(pageSize)" }

  /// The next page by the `Link` fields of the answer to `url`; nil if it was the last one.
  ///
  /// - Throws: `protocolViolation` if there is a link that cannot be read or says nothing.
  init?(linkFields: [String], answering url: WebURL) throws(UpstreamFailure) {
    guard let link = LinkHeader.next(in: linkFields) else { return nil }
    guard let query = url.resolving(link)?.query, !query.isEmpty else {
      throw .protocolViolation("the link to the next page cannot be read")
    }
    self.query = query
  }
}
