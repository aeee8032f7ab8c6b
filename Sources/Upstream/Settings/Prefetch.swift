/// What of an image is fetched from an upstream before a client asks for it, when the client was sent the manifest.
public enum Prefetch: String, Sendable, CaseIterable {
  /// Nothing.
  case none
  /// The configuration.
  case config
  /// The configuration, and the layers behind the first that the client asks for.
  case layers
}
