import Foundation

/// Damages inputs in ways that can be had again: SplitMix64 from a seed.
struct Mutator: RandomNumberGenerator {
  private var state: UInt64

  /// From `BERTH_TEST_SEED` if it is set, else from anywhere. The seed is printed, so that a failure can be repeated.
  static func announced(_ test: String) -> Mutator {
    let given = ProcessInfo.processInfo.environment["BERTH_TEST_SEED"].flatMap { UInt64($0) }
    let seed = given ?? .random(in: 0 ... .max)
    print("\(test): BERTH_TEST_SEED=\(seed)")
    return Mutator(state: seed)
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  /// One of the inputs, damaged in a few places or joined with another.
  mutating func mutation(of inputs: [[UInt8]]) -> [UInt8] {
    var bytes = inputs.randomElement(using: &self) ?? []
    let numbers = ["9223372036854775807", "-1", "9223372036854775808", "1e19", "0", "1.5"]
    for _ in 0..<Int.random(in: 1...4, using: &self) {
      let place = Int.random(in: 0...bytes.count, using: &self)
      switch Int.random(in: 0..<6, using: &self) {
      case 0: bytes.insert(UInt8.random(in: 0 ... .max, using: &self), at: place)
      case 1 where place < bytes.count: bytes.remove(at: place)
      case 2 where place < bytes.count: bytes[place] = UInt8.random(in: 0 ... .max, using: &self)
      case 3 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
      case 4: bytes.insert(contentsOf: (numbers.randomElement(using: &self) ?? "").utf8, at: place)
      default: bytes.insert(contentsOf: (inputs.randomElement(using: &self) ?? []).prefix(64), at: place)
      }
    }
    return bytes
  }
}
