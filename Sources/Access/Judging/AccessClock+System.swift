import Glibc

extension AccessClock {
  /// The system's clocks.
  public static let system = AccessClock(
    wall: { Int64(time(nil)) },
    monotonic: {
      var now = timespec()
      clock_gettime(CLOCK_MONOTONIC, &now)
      return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }
  )
}
