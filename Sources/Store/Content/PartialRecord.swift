import Glibc
import OCI

/// What a file says that lies beside a staging file with holes: which bytes have arrived, of how many, and from where.
///
/// The holes that the file system knows are not enough: it knows whole blocks alone.
struct PartialRecord: Equatable, Sendable {
  /// Most ranges that are told apart: a client that asks for single bytes here and there makes no more.
  static let maxRanges = 16_384
  /// Longest record in bytes: two numbers a range, and a few lines.
  static let maxBytes = 1 << 20
  /// What a record's name has behind the staging file's.
  static let suffix = ".parts"

  private static let title = "parts 1"

  /// Who sent them: nobody else's download carries on with them.
  let upstream: UpstreamName
  /// Length of the whole, in bytes.
  let totalBytes: Int64
  /// What has arrived.
  var ranges: ReceivedRanges

  init(upstream: UpstreamName, totalBytes: Int64, ranges: ReceivedRanges = ReceivedRanges()) {
    (self.upstream, self.totalBytes, self.ranges) = (upstream, totalBytes, ranges)
  }

  /// Reads a record back; nil for anything that was not written by ``text``.
  init?(parsing text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count >= 4, lines[0] == Self.title, lines.last == "", lines.count <= Self.maxRanges + 4,
      let upstream = try? UpstreamName(parsing: lines[1]), let totalBytes = Int64(lines[2]), totalBytes > 0
    else { return nil }
    var ranges = ReceivedRanges()
    var end: Int64 = -1
    for line in lines[3...].dropLast() {
      let bounds = line.split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
      // Ascending and apart, as they are written.
      guard bounds.count == 2, let lower = bounds[0], let upper = bounds[1], lower > end, lower < upper,
        upper <= totalBytes
      else { return nil }
      ranges.insert(lower..<upper)
      end = upper
    }
    self.init(upstream: upstream, totalBytes: totalBytes, ranges: ranges)
  }

  /// The record as text.
  var text: String {
    let ranges = ranges.ranges.map { "\($0.lowerBound)-\($0.upperBound)\n" }.joined()
    return "\(Self.title)\n\(upstream)\n\(totalBytes)\n\(ranges)"
  }

  /// What of a range is new, as far as it can be told apart from the rest; empty when there would be too many ranges.
  func news(in range: Range<Int64>) -> [Range<Int64>] {
    let own = range.clamped(to: 0..<totalBytes)
    return ranges.ranges.count < Self.maxRanges ? ranges.gaps(in: own) : []
  }
}

extension PartialRecord {
  /// Reads the record beside a staging file; nil if there is none of use. Blocks.
  init?(of name: StagingName, in directory: StoreDirectory) {
    guard let file = try? Files.open(name.text + Self.suffix, in: directory.staging.raw, O_RDONLY, .staging),
      let bytes = try? Files.contents(of: file.raw, maxBytes: Self.maxBytes, .staging)
    else { return nil }
    self.init(parsing: String(decoding: bytes, as: UTF8.self))
  }

  /// Writes the record, in one go for whoever reads it. Blocks.
  func write(for name: StagingName, in directory: StoreDirectory) throws(FileFailure) {
    let (final, draft) = (name.text + Self.suffix, name.text + Self.suffix + ".new")
    let file = try Files.open(draft, in: directory.staging.raw, O_WRONLY | O_CREAT | O_TRUNC, .staging)
    let failure = Array(text.utf8).withUnsafeBytes { bytes -> FileFailure? in
      do throws(FileFailure) { try Files.write(bytes, to: file.raw, at: 0) } catch { return error }
      return nil
    }
    if let failure { throw failure }
    guard renameat(directory.staging.raw, draft, directory.staging.raw, final) == 0 else {
      throw FileFailure(.rename, .staging)
    }
  }

  /// Removes the record beside a staging file. Blocks.
  static func remove(of name: StagingName, in directory: StoreDirectory) {
    // Without its file a record is foreign, and the sweep at the next start takes it.
    _ = try? Files.remove(name.text + suffix, in: directory.staging.raw, .staging)
  }
}
