import Glibc

/// The wall clock as a value, so that tests can turn it.
public struct WallClock: Sendable {
  /// Seconds since 1970.
  public var now: @Sendable () -> Int64

  /// - Parameter now: gives seconds since 1970.
  public init(now: @escaping @Sendable () -> Int64) {
    self.now = now
  }

  /// The system's clock.
  public static let system = WallClock { Int64(time(nil)) }
}
