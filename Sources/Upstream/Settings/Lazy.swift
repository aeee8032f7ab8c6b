/// What of a blob is fetched from an upstream when clients ask for parts of it alone.
public enum Lazy: String, Sendable, CaseIterable {
  /// The parts first, and the rest behind them.
  case fill
  /// The parts, and the rest when a client asks for the whole.
  case ranges
}
