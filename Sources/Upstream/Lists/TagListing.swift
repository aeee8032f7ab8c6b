import Memory
import NIOCore
import NIOHTTP1
import OCI

/// Fetches a repository's tags page by page (distribution-spec §Listing Tags): all of them, or an error.
struct TagListing {
  let session: EndpointSession
  let name: RepositoryName
  let settings: UpstreamSettings
  let limits: Limits
  let memory: MemoryBudget

  private static let list = "list of tags"
  /// What a name costs besides its bytes.
  private static let nameOverhead = 16

  /// What has come so far.
  private struct Progress {
    let reservation: MemoryReservation
    var tags: [Tag] = []
    var nameBytes = 0
    var bytes: Int64 = 0
  }

  /// - Returns: sorted bytewise, each once. What is not a tag by the grammar is left out: nobody could ask for it.
  func run() async throws(UpstreamFailure) -> [Tag] {
    let patience = PagePatience(Self.list, patience: settings.patience, limits: limits)
    var walk = PageWalk(Self.list, limits: limits)
    guard let reservation = try? memory.reserve(0) else { throw .memoryUsedUp }
    var progress = Progress(reservation: reservation)
    var page: PageCursor?
    repeat {
      // What a page that broke off has brought comes again, and counts once.
      let (next, isEmpty) = try await patience.fetch { () async throws(UpstreamFailure) in
        let response = page == nil ? try await sendFirst() : try await send(page)
        return try await read(response, into: &progress)
      }
      page = try walk.page(at: next, behindEmpty: isEmpty)
    } while page != nil
    return Self.sorted(progress.tags)
  }

  private func send(_ page: PageCursor?) async throws(UpstreamFailure) -> WireResponse {
    try await session.send(.tags(name, page: page))
  }

  /// The first page, as long as the registry makes them: without a number some give 50 tags, and some refuse a number
  /// above their own.
  private func sendFirst() async throws(UpstreamFailure) -> WireResponse {
    for size in limits.tagPageSizes {
      let response = try await send(PageCursor(pageSize: size))
      guard (400..<500).contains(response.status), ![401, 403, 404, 408, 410, 429].contains(response.status) else {
        return response
      }
      await response.discard()
    }
    return try await send(nil)
  }

  /// Reads a page as it arrives; of what stands in it besides the names nothing is kept.
  ///
  /// - Returns: where the list goes on, and whether this page had no names.
  private func read(_ response: WireResponse, into progress: inout Progress) async throws(UpstreamFailure)
    -> (next: PageCursor?, isEmpty: Bool)
  {
    try await response.requireSuccess(limits: limits)
    let deadline = ContinuousClock.now + settings.timeouts.document
    var scanner = TagListScanner(limits: limits)
    var iterator = response.pieces.makeIterator()
    var isEmpty = true
    while let piece = try await iterator.next() {
      guard ContinuousClock.now < deadline else { throw .timedOut(.document) }
      progress.bytes += Int64(piece.readableBytes)
      guard progress.bytes <= limits.maxTagListBytes else {
        throw .listTooLong("\(Self.list): more than \(limits.maxTagListBytes) bytes (maxTagListBytes)")
      }
      for name in try scanner.take(Array(piece.readableBytesView)) {
        isEmpty = false
        try keep(name, in: &progress)
      }
      if (try? progress.reservation.grow(to: progress.nameBytes)) == nil { throw .memoryUsedUp }
    }
    try scanner.finish()
    return (try PageCursor(linkFields: response.headers["Link"], answering: response.url), isEmpty)
  }

  private func keep(_ name: String, in progress: inout Progress) throws(UpstreamFailure) {
    guard let tag = try? Tag(parsing: name) else { return }
    progress.nameBytes += name.utf8.count + Self.nameOverhead
    guard progress.nameBytes <= limits.maxTagNameBytes else {
      throw .listTooLong("\(Self.list): more than \(limits.maxTagNameBytes) bytes of names (maxTagNameBytes)")
    }
    progress.tags.append(tag)
  }

  private static func sorted(_ tags: [Tag]) -> [Tag] {
    var tags = tags.sorted()
    var count = 0
    for index in tags.indices where index == 0 || tags[index] != tags[count - 1] {
      tags[count] = tags[index]
      count += 1
    }
    tags.removeLast(tags.count - count)
    return tags
  }
}
