import Foundation

/// Random numbers for tests that a seed brings back (SplitMix64). Print it with a failure.
public struct SeededGenerator: RandomNumberGenerator, Sendable, CustomStringConvertible {
  /// What brings the same numbers back.
  public let seed: UInt64
  private var state: UInt64

  /// The numbers of that seed.
  public init(seed: UInt64) { (self.seed, state) = (seed, seed) }

  /// From `BERTH_TEST_SEED` if it is set, else from anywhere. The seed is printed, so that a failure can be repeated.
  public static func announced(_ test: String = #function) -> SeededGenerator {
    let given = ProcessInfo.processInfo.environment["BERTH_TEST_SEED"].flatMap { UInt64($0) }
    let generator = SeededGenerator(seed: given ?? .random(in: 0 ... .max))
    print("\(test): BERTH_TEST_SEED=\(generator.seed)")
    return generator
  }

  /// The next number.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// The seed, for a failure's message.
  public var description: String { "seed \(seed)" }
}
