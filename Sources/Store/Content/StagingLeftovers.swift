import OCI

/// Staging files that earlier runs left, found at start: some are taken up again, the rest is swept.
struct StagingLeftovers: Sendable {
  /// A leftover as the file system has it.
  struct Found: Sendable {
    var name: StagingName
    /// Length in bytes.
    var size: Int64
    /// When it was last written, in seconds since 1970.
    var modified: Int64
  }

  /// How long a leftover is kept to be taken up again, in seconds: a day.
  static let maxAge: Int64 = 24 * 60 * 60

  private var resumable: [StagingName]
  private var foreign: [String]
  /// Those beside which lies a record of what is in them.
  private var recorded: Set<StagingName>

  /// Sorts out the names found in the staging directory.
  init(names: [String]) {
    resumable = names.compactMap { StagingName(parsing: $0) }
    let present = Set(resumable)
    let withRecord = { (name: String) -> StagingName? in
      guard name.hasSuffix(PartialRecord.suffix) else { return nil }
      return StagingName(parsing: String(name.dropLast(PartialRecord.suffix.count))).flatMap {
        present.contains($0) ? $0 : nil
      }
    }
    recorded = Set(names.compactMap(withRecord))
    foreign = names.filter { StagingName(parsing: $0) == nil && withRecord($0) == nil }
  }

  /// Whether a record of what is in it lies beside a leftover.
  func hasRecord(_ name: StagingName) -> Bool { recorded.contains(name) }

  /// Takes those that have a record, which are looked after by it from then on.
  /// - Parameter digest: only those of this one; nil for all.
  mutating func takeRecorded(of digest: Digest? = nil) -> [StagingName] {
    let isTaken = { [recorded] (name: StagingName) in
      recorded.contains(name) && (digest == nil || name.digest == digest)
    }
    defer { resumable.removeAll(where: isTaken) }
    return resumable.filter(isTaken)
  }

  /// A leftover of `digest`, which is then no leftover any more.
  mutating func take(_ digest: Digest) -> StagingName? {
    guard let index = resumable.firstIndex(where: { $0.digest == digest }) else { return nil }
    return resumable.remove(at: index)
  }

  /// Whether there is one of `digest`.
  func has(_ digest: Digest) -> Bool { resumable.contains { $0.digest == digest } }

  /// Adds what a download of this run left.
  mutating func add(_ name: StagingName) { resumable.append(name) }

  /// What is left, to be inspected and judged.
  var remaining: [StagingName] { resumable }

  /// Names that no staging file has; they go.
  mutating func takeForeign() -> [String] {
    defer { foreign = [] }
    return foreign
  }

  /// Takes a leftover to remove it; false when a download took it up meanwhile.
  mutating func takeForRemoval(_ name: StagingName) -> Bool {
    guard let index = resumable.firstIndex(of: name) else { return false }
    resumable.remove(at: index)
    return true
  }

  /// Which of `found` are of no use: of content that is held, empty, too old, or not the longest of their digest.
  static func surplus(_ found: [Found], now: Int64, isHeld: (Digest) -> Bool) -> [StagingName] {
    var best: [Digest: Found] = [:]
    for candidate in found where isUsable(candidate, now: now) && !isHeld(candidate.name.digest) {
      if let other = best[candidate.name.digest], other.size >= candidate.size { continue }
      best[candidate.name.digest] = candidate
    }
    return found.map(\.name).filter { best[$0.digest]?.name != $0 }
  }

  private static func isUsable(_ found: Found, now: Int64) -> Bool {
    found.size > 0 && now.saturatingDifference(found.modified) <= maxAge
  }
}
