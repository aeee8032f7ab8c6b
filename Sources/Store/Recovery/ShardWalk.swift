import Glibc
import OCI

/// Walks the shard directories, one at a step; what is published or removed meanwhile may be met or not. Blocks.
struct ShardWalk: Sendable {
  /// What one shard directory holds.
  struct Shard: Sendable, Equatable {
    /// Content whose place this is.
    var digests: [Digest] = []
    /// Whatever else is here, by path under `content/`; nobody looks for it.
    var foreign: [String] = []
  }

  private let directory: StoreDirectory
  private var algorithms: [String] = DigestAlgorithm.allCases.reversed().map(\.name)
  private var firsts: [String] = []
  private var seconds: [String] = []
  private var algorithm = ""
  private var first = ""

  init(_ directory: StoreDirectory) { self.directory = directory }

  /// The next shard; nil after the last. A directory that vanishes meanwhile is empty.
  mutating func next() throws(FileFailure) -> Shard? {
    while true {
      if let second = seconds.popLast() {
        return Self.sort(try names(in: "\(algorithm)/\(first)/\(second)"), algorithm, first, second)
      }
      if let next = firsts.popLast() {
        first = next
        seconds = try names(in: "\(algorithm)/\(first)").sorted(by: >)
      } else if let next = algorithms.popLast() {
        algorithm = next
        firsts = try names(in: algorithm).sorted(by: >)
      } else {
        return nil
      }
    }
  }

  /// Tells content from what does not belong here.
  static func sort(_ names: [String], _ algorithm: String, _ first: String, _ second: String) -> Shard {
    var shard = Shard()
    for name in names.sorted() {
      if let digest = try? Digest(parsing: "\(algorithm):\(name)"),
        ShardPath(digest).relative == "\(algorithm)/\(first)/\(second)/\(name)"
      {
        shard.digests.append(digest)
      } else {
        shard.foreign.append("\(algorithm)/\(first)/\(second)/\(name)")
      }
    }
    return shard
  }

  /// Names in a directory under `content/`; none if it is missing, or no directory.
  private func names(in path: String) throws(FileFailure) -> [String] {
    var current = directory.content.raw
    var opened: [Int32] = []
    defer { for descriptor in opened { close(descriptor) } }
    for step in path.split(separator: "/") {
      do throws(FileFailure) {
        current = try Files.open(String(step), in: current, O_RDONLY | O_DIRECTORY, .shard).release()
        opened.append(current)
      } catch {
        if [ENOENT, ENOTDIR, ELOOP].contains(error.code) { return [] }
        throw error
      }
    }
    return try Files.names(in: current, .shard)
  }
}
