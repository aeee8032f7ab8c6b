import Glibc
import OCI

/// Walks the shard directories in small steps; what is published or removed meanwhile may be met or not. Blocks.
struct ShardWalk: Sendable {
  /// Some of what one shard directory holds.
  struct Step: Sendable, Equatable {
    /// Content whose place this is.
    var digests: [Digest] = []
    /// Whatever else is here, by path under `content/`; nobody looks for it.
    var foreign: [String] = []
  }

  /// A shard may hold tens of thousands; whoever opens each file of a step on a slow disk is to be done within seconds.
  private static let filesPerStep = 64

  private let directory: StoreDirectory
  private var algorithms = DigestAlgorithm.allCases.map(\.name)[...]
  private var shards: ArraySlice<String> = []
  private var files: ArraySlice<String> = []
  private var algorithm = ""
  private var shard = ""

  init(_ directory: StoreDirectory) { self.directory = directory }

  /// The next step, which is empty for an empty shard; nil after the last. A directory that vanishes meanwhile is empty.
  mutating func next() throws(FileFailure) -> Step? {
    if files.isEmpty {
      while shards.isEmpty {
        guard let next = algorithms.popFirst() else { return nil }
        algorithm = next
        shards = try names(in: algorithm)
      }
      shard = shards.removeFirst()
      files = try names(in: "\(algorithm)/\(shard)")
    }
    defer { files = files.dropFirst(Self.filesPerStep) }
    return Self.sort(files.prefix(Self.filesPerStep), in: "\(algorithm)/\(shard)", algorithm)
  }

  /// Tells content from what does not belong here.
  private static func sort(_ names: ArraySlice<String>, in directory: String, _ algorithm: String) -> Step {
    var step = Step()
    for name in names {
      if let digest = try? Digest(parsing: "\(algorithm):\(name)"),
        ShardPath(digest).relative == "\(directory)/\(name)"
      {
        step.digests.append(digest)
      } else {
        step.foreign.append("\(directory)/\(name)")
      }
    }
    return step
  }

  /// Names in a directory under `content/`, in order; none if it is missing, or no directory.
  private func names(in path: String) throws(FileFailure) -> ArraySlice<String> {
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
    return try Files.names(in: current, .shard).sorted()[...]
  }
}
