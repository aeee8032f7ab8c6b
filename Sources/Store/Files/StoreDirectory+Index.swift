import Glibc

extension StoreDirectory {
  /// The mark by which a run that found the index damaged tells the next.
  private static let damageMark = "damaged"

  /// The directory of the index, by name: LMDB opens its files itself.
  var indexPath: String { path + "/index" }

  /// Whether an earlier run found the index damaged.
  var isIndexMarkedDamaged: Bool {
    guard let index = try? Files.open("index", in: root.raw, O_RDONLY | O_DIRECTORY, .index) else { return false }
    return (try? Files.status(of: Self.damageMark, in: index.raw, .index)) ?? nil != nil
  }

  /// Tells the next run that the index is damaged. Nothing is to be done about a failure: the next run will find out.
  func markIndexDamaged() {
    guard let index = try? Files.open("index", in: root.raw, O_RDONLY | O_DIRECTORY, .index) else { return }
    _ = try? Files.open(Self.damageMark, in: index.raw, O_WRONLY | O_CREAT, .index)
  }

  /// Moves the index out of the way, for people to look at, and makes room for a new one; returns the name it has now.
  func putIndexAside(at seconds: Int64) throws(FileFailure) -> String {
    for attempt in 0..<1_000 {
      let name = "index.damaged-\(seconds)" + (attempt == 0 ? "" : "-\(attempt)")
      guard try Files.status(of: name, in: root.raw, .index) == nil else { continue }
      guard renameat(root.raw, "index", root.raw, name) == 0 else { throw FileFailure(.rename, .index) }
      _ = try Files.openDirectory("index", in: root.raw, .index)
      return name
    }
    throw FileFailure(.rename, .index, code: EEXIST)
  }
}
