/// What is fetched from an upstream as soon as a client is sent the manifest that names it, before the client asks.
public enum Prefetch: String, Sendable, CaseIterable {
  /// Nothing.
  case none
  /// The configuration, which every engine reads and most read first.
  case config
  /// The configuration and the layers, whether the client has some of them already or not.
  case all
}
