import OCI
import Store

/// Which downloads run, by digest. Pure, as far as the downloads' own state goes.
///
/// A digest has one at the most from each upstream that can be joined, and one for each repository of which upstream's answer to
/// HEAD does not show that it includes the content; and there are those that nobody can join any more,
/// for what they have brought is neither kept nor there any more.
struct RunningDownloads {
  struct Entry {
    var download: Download
    var ticket: FetchPool.Ticket
    var task: Task<Void, Never>?
  }

  private var joinable: [Digest: [Entry]] = [:]
  private var others: [Entry] = []

  var all: [Entry] { joinable.values.flatMap { $0 } + others }

  mutating func insert(_ entry: Entry) { joinable[entry.download.digest, default: []].append(entry) }

  /// One that is for nobody else.
  mutating func insertUnjoinable(_ entry: Entry) { others.append(entry) }

  /// Those of a digest that can be joined. Those that cannot any more are left to those that follow them.
  mutating func joinable(_ digest: Digest) -> [Entry] {
    guard let entries = joinable[digest] else { return [] }
    let gone = entries.filter { !$0.download.canBeJoined }
    if !gone.isEmpty {
      others += gone
      set(digest, entries.filter { entry in !gone.contains { $0.download === entry.download } })
    }
    return joinable[digest] ?? []
  }

  /// Whoever comes gets another one.
  mutating func letNobodyJoin(_ download: Download) {
    guard let entry = remove(download) else { return }
    others.append(entry)
  }

  func entry(of download: Download) -> Entry? {
    joinable[download.digest]?.first { $0.download === download } ?? others.first { $0.download === download }
  }

  mutating func set(_ task: Task<Void, Never>, of download: Download) {
    if let index = joinable[download.digest]?.firstIndex(where: { $0.download === download }) {
      joinable[download.digest]?[index].task = task
    } else if let index = others.firstIndex(where: { $0.download === download }) {
      others[index].task = task
    }
  }

  @discardableResult
  mutating func remove(_ download: Download) -> Entry? {
    if let entries = joinable[download.digest], let index = entries.firstIndex(where: { $0.download === download }) {
      set(download.digest, entries.filter { $0.download !== download })
      return entries[index]
    }
    guard let index = others.firstIndex(where: { $0.download === download }) else { return nil }
    return others.remove(at: index)
  }

  private mutating func set(_ digest: Digest, _ entries: [Entry]) {
    joinable[digest] = entries.isEmpty ? nil : entries
  }
}
