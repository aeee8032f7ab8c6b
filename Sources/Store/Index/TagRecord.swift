public import OCI

/// What a tag means, as upstream last said.
public struct TagRecord: Sendable, Equatable {
  /// By which way a tag came to be known with its digest. The values are written to disk.
  public enum Origin: UInt8, Sendable {
    /// An upstream was asked.
    case upstream = 0
    /// Somebody brought it in a file, and no upstream has confirmed it since.
    case archive = 1
    /// Somebody brought it in a file, and an upstream has since said the same.
    case confirmedArchive = 2
  }

  /// The value of ``checkedAt`` after upstream has refused to say what the tag stands for: it is not confirmed at all.
  public static let refused: Int64 = 0

  /// The manifest that the tag names.
  public var digest: Digest
  /// When the tag was first seen with this digest, in seconds since 1970.
  public var fetchedAt: Int64
  /// When upstream last confirmed it, in seconds since 1970; of a tag that came in a file and was never confirmed, when it
  /// came.
  public var checkedAt: Int64
  /// Where it was first had from with this digest.
  public var origin: Origin

  /// A record of these values.
  public init(digest: Digest, fetchedAt: Int64, checkedAt: Int64, origin: Origin = .upstream) {
    self.digest = digest
    self.fetchedAt = fetchedAt
    self.checkedAt = checkedAt
    self.origin = origin
  }
}

/// A tag that left a digest for another: what was here, and when.
public struct TagMove: Sendable, Equatable {
  /// What the tag named before.
  public var digest: Digest
  /// When the tag was first seen with that digest, in seconds since 1970.
  public var fetchedAt: Int64
  /// When another digest took its place, in seconds since 1970.
  public var replacedAt: Int64

  /// A move of these values.
  public init(digest: Digest, fetchedAt: Int64, replacedAt: Int64) {
    self.digest = digest
    self.fetchedAt = fetchedAt
    self.replacedAt = replacedAt
  }
}
