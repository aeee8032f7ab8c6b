public import OCI

/// A manifest, and what its recipient should know about how sure it is.
public struct ResolvedManifest: Sendable {
  /// What to serve.
  public var manifest: HotContent
  /// Set when the answer may be out of date, or upstream could not be asked.
  public var warning: WarningHeader?
}
