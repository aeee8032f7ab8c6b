import OCI

/// Numbered contents of 4 KiB, each the same in every run, all granted to one repository.
struct SampleContents: Sendable {
  static let size = 4_096
  let repository: Repository

  init() {
    guard let repository = try? Repository(parsing: "upstream.example/bench/app") else {
      preconditionFailure("the repository's name is well formed")
    }
    self.repository = repository
  }

  func bytes(_ number: Int) -> [UInt8] {
    var random = SplitMix64(state: UInt64(number))
    return (0..<Self.size / 8).flatMap { _ in withUnsafeBytes(of: random.next()) { Array($0) } }
  }

  func digest(_ number: Int) -> Digest { Digest.of(bytes(number)) }
}

/// Vigna's generator: fast, and the same on every machine.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
