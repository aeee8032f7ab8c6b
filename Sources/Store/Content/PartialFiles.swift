import BlockingIO
import OCI
import Synchronization

/// The staging files with holes that there are, one for each digest at the most. Does not block, but where that is said.
final class PartialFiles: Sendable {
  /// Most of them: the one that was not written for longest makes way.
  static let maxCount = 4_096
  /// How long one is kept that nobody has written to, in seconds: a day.
  static let maxAge: Int64 = 24 * 60 * 60

  private let files = Mutex<[Digest: PartialFile]>([:])
  private let directory: StoreDirectory
  private let lane = Lane(label: "berth.parts")

  init(_ directory: StoreDirectory) { self.directory = directory }

  /// Whether there is one of a digest.
  func has(_ digest: Digest) -> Bool { files.withLock { $0[digest] != nil } }

  /// The one of a digest.
  subscript(digest: Digest) -> PartialFile? { files.withLock { $0[digest] } }

  /// Adds one, unless another was faster.
  /// - Returns: the one that there is now.
  func add(_ file: PartialFile) -> PartialFile {
    files.withLock { files in
      if let other = files[file.digest] { return other }
      files[file.digest] = file
      return file
    }
  }

  /// One is no more: it was taken over, or is about to be removed.
  func remove(_ file: PartialFile) {
    files.withLock { files in
      if files[file.digest] === file { files[file.digest] = nil }
    }
  }

  /// Gives one up. Blocks.
  func giveUp(_ file: PartialFile) {
    remove(file)
    if file.take() != nil { removeStaged(file.name) }
  }

  /// Removes a staging file and its record. Blocks.
  func removeStaged(_ name: StagingName) {
    // Nothing to be done about a failure here: the sweep at the next start takes what is left.
    _ = try? Files.remove(name.text, in: directory.staging.raw, .staging)
    PartialRecord.remove(of: name, in: directory)
  }

  /// Gives up what makes so much room, as far as nobody writes to it.
  /// - Returns: how many bytes of room that made.
  func giveUp(freeing bytes: Int64) async -> Int64 {
    let files = oldest(freeing: bytes)
    guard !files.isEmpty else { return 0 }
    return await lane.run { () -> Int64 in
      files.reduce(0) { freed, file in
        let room = file.reservedBytes
        self.giveUp(file)
        return freed.saturatingSum(room)
      }
    }
  }

  /// Those that are to go so that `bytes` of room become free: nobody writes to them, and the one that was not written to for
  /// longest comes first.
  func oldest(freeing bytes: Int64) -> [PartialFile] {
    var freed: Int64 = 0
    return idle().prefix { file in
      defer { freed = freed.saturatingSum(file.reservedBytes) }
      return freed < bytes
    }
  }

  /// Those that are to go because of their age or number, or because they are of content that is held.
  func surplus(at now: Int64, isHeld: (Digest) -> Bool) -> [PartialFile] {
    let idle = idle()
    let tooMany = max(0, files.withLock { $0.count } - Self.maxCount)
    return idle.enumerated().filter { index, file in
      index < tooMany || now.saturatingDifference(file.summary.usedAt) > Self.maxAge || isHeld(file.digest)
    }.map(\.element)
  }

  /// Those to which nobody writes, the one that was not written to for longest first.
  private func idle() -> [PartialFile] {
    let all = files.withLock { Array($0.values) }.map { ($0, $0.summary) }
    return all.filter { !$0.1.isInUse }.sorted { $0.1.usedAt < $1.1.usedAt }.map(\.0)
  }
}
