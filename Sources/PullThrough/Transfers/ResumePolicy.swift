/// Whether a transfer that broke off is taken up again, and after what pause. Pure; chance is passed in.
///
/// Breaks in a row without a new byte are what counts: a connection that dies every hundred megabytes heals for ever,
/// one that never gets anywhere is given up soon.
struct ResumePolicy {
  enum Decision: Equatable {
    case resume(after: Duration)
    case giveUp
  }

  private let maxFruitlessAttempts: Int
  private let firstPause: Duration
  private let longestPause: Duration
  private var fruitlessAttempts = 0

  init(maxFruitlessAttempts: Int, firstPause: Duration, longestPause: Duration) {
    self.maxFruitlessAttempts = maxFruitlessAttempts
    self.firstPause = firstPause
    self.longestPause = longestPause
  }

  /// The transfer broke after `newBytes` more had arrived.
  /// - Parameter chance: a number from 0 up to 1, which spreads the pauses of many downloads.
  mutating func brokeOff(newBytes: Int64, chance: Double) -> Decision {
    if newBytes > 0 { fruitlessAttempts = 0 }
    fruitlessAttempts += 1
    guard fruitlessAttempts <= maxFruitlessAttempts else { return .giveUp }
    let doubled = firstPause * (1 << min(fruitlessAttempts - 1, 16))
    let pause = min(doubled, longestPause)
    return .resume(after: pause * (0.5 + 0.5 * chance))
  }
}
