import OCI
import Synchronization

/// The rows of tags that were read since the index was last changed.
///
/// Engines ask for the same few tags again and again, and reading a row costs a tenth of what such an answer costs. Any commit
/// makes all of them unknown, so that what is found here is what the index says.
final class RecentTags: Sendable {
  /// How often the index had been changed.
  struct Revision: Equatable, Sendable {
    fileprivate var commits: UInt64
  }

  private struct Key: Hashable {
    var repository: Repository
    var tag: Tag
  }

  private struct Memory {
    var revision: Revision
    var records: [Key: TagRecord] = [:]
  }

  private static let maxRecords = 1_024

  private let commits = Atomic<UInt64>(0)
  private let memory = Mutex(Memory(revision: Revision(commits: 0)))

  /// The revision that a reader sees at least who begins now.
  var revision: Revision { Revision(commits: commits.load(ordering: .acquiring)) }

  /// The index has been changed. Called before whoever asked for the change learns that it is made.
  func committed() { commits.wrappingAdd(1, ordering: .acquiringAndReleasing) }

  /// What the index says of the tag; nil if that was not read since it was changed.
  func find(_ tag: Tag, in repository: Repository) -> TagRecord? {
    let now = revision
    return memory.withLock { memory in
      memory.revision == now ? memory.records[Key(repository: repository, tag: tag)] : nil
    }
  }

  /// - Parameter revision: as it was before the row was read.
  func remember(_ record: TagRecord, of tag: Tag, in repository: Repository, at revision: Revision) {
    memory.withLock { memory in
      if memory.revision.commits < revision.commits || memory.records.count >= Self.maxRecords {
        memory = Memory(revision: revision)
      }
      guard memory.revision == revision else { return }
      memory.records[Key(repository: repository, tag: tag)] = record
    }
  }
}
