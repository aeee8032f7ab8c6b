import Testing

@testable import HTTPServer

@Suite struct PieceSizeTests {
  /// How long pieces took, in milliseconds, and the size of the next one in KiB after each; the largest is 512 KiB.
  static let stories: [(took: [Int], next: [Int64])] = [
    ([], []),
    ([0, 5, 100, 1, 1, 1], [64, 128, 256, 512, 512, 512]),
    ([101, 1_000], [32, 32]),
    ([1, 1, 2_000, 2_000, 2_000, 1], [64, 128, 64, 32, 32, 64]),
  ]

  @Test(arguments: stories)
  func followsTheClient(_ story: (took: [Int], next: [Int64])) {
    var size = PieceSize(largest: 512 << 10)
    #expect(size.bytes == 32 << 10)
    for (took, next) in zip(story.took, story.next) {
      size.sent(within: .milliseconds(took))
      #expect(size.bytes == next << 10)
    }
  }

  @Test(arguments: [1, 7, 1_000] as [Int64])
  func neverExceedsItsBound(_ largest: Int64) {
    var size = PieceSize(largest: largest)
    for took in [0, 0, 5_000, 0] {
      #expect((1...largest).contains(size.bytes))
      size.sent(within: .milliseconds(took))
    }
  }
}
