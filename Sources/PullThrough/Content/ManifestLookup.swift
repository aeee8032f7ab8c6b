public import OCI
import Store

/// What is known of a manifest without asking anybody.
public enum ManifestLookup: Sendable {
  /// It is in memory, known to belong to the repository and, for a tag, confirmed lately.
  case found(CachedContent)
  /// The disk or upstream must be asked.
  case open(OpenManifest)
}

/// A manifest that was looked up, and for which the disk or upstream must be asked.
public struct OpenManifest: Sendable {
  /// What was asked for.
  public let reference: Reference
  /// Whose it is.
  public let repository: Repository
  /// What the reference stands for, as last seen, if that manifest is held for the repository or about to be.
  public let heldDigest: Digest?
  /// The tag's row; nil for a digest, or if it could not be read.
  let seen: SeenTag?
}

/// A tag's row as it was read.
struct SeenTag: Sendable {
  var record: TagRecord?
  /// How many refreshes of tags had ended before: after another one the row may say something else.
  var refreshes: UInt64
}

/// A manifest, and what its recipient should know about how sure it is.
public struct ResolvedManifest: Sendable {
  /// What to serve.
  public var manifest: CachedContent
  /// Set when the answer may be out of date, or upstream could not be asked.
  public var warning: WarningHeader?
}
