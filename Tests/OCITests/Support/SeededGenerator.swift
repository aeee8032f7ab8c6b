import Foundation

/// Random numbers that can be had again: SplitMix64 from a seed.
struct SeededGenerator: RandomNumberGenerator {
  let seed: UInt64
  private var state: UInt64

  init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  /// From `BERTH_TEST_SEED` if it is set, else from anywhere. The seed is printed, so that a failure can be repeated.
  static func announced(_ test: String = #function) -> SeededGenerator {
    let given = ProcessInfo.processInfo.environment["BERTH_TEST_SEED"].flatMap { UInt64($0) }
    let generator = SeededGenerator(seed: given ?? .random(in: 0 ... .max))
    print("\(test): BERTH_TEST_SEED=\(generator.seed)")
    return generator
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  /// Bytes of any value.
  mutating func bytes(upTo maxCount: Int) -> [UInt8] {
    (0..<Int.random(in: 0...maxCount, using: &self)).map { _ in UInt8.random(in: 0 ... .max, using: &self) }
  }

  /// One of `samples`, damaged in a few places: what gets past the first checks of a parser.
  mutating func mutation(of samples: [String]) -> String {
    var bytes = Array((samples.randomElement(using: &self) ?? "").utf8)
    let alphabet = Array("\"\\:;,=/<>{}[]()-+.* \t\r\n\0 019aZé\u{FF}".utf8)
    for _ in 0..<Int.random(in: 1...4, using: &self) {
      let place = Int.random(in: 0...bytes.count, using: &self)
      switch Int.random(in: 0..<4, using: &self) {
      case 0: bytes.insert(alphabet.randomElement(using: &self) ?? 0, at: place)
      case 1 where place < bytes.count: bytes.remove(at: place)
      case 2 where place < bytes.count: bytes[place] = UInt8.random(in: 0 ... .max, using: &self)
      default: bytes.insert(contentsOf: bytes[place...].prefix(16), at: place)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
