import SeededRandom

extension SeededGenerator {
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
