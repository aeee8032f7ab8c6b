import NIOCore
import Testing

@testable import HTTPServer

/// Requests against a rate, the time passed in.
@Suite struct TokenBucketsTests {
  private func at(_ milliseconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .milliseconds(milliseconds) }

  @Test("A second's worth may come at once, then one each interval")
  func rate() {
    var buckets = TokenBuckets<Int>(perSecond: 10, maxCount: 100)
    for _ in 0..<10 { #expect(buckets.take(1, at: at(0)) == nil) }
    #expect(buckets.take(1, at: at(0)) == 1)
    #expect(buckets.take(1, at: at(99)) == 1)
    #expect(buckets.take(1, at: at(100)) == nil)
    #expect(buckets.take(1, at: at(100)) == 1)
    #expect(buckets.take(2, at: at(100)) == nil, "another's bucket is its own")
    for _ in 0..<10 { #expect(buckets.take(1, at: at(1_000_000)) == nil) }
    #expect(buckets.take(1, at: at(1_000_000)) == 1)
  }

  @Test("Of a clock that goes backwards nothing comes")
  func backwards() {
    var buckets = TokenBuckets<Int>(perSecond: 1, maxCount: 100)
    #expect(buckets.take(1, at: at(5_000)) == nil)
    #expect(buckets.take(1, at: at(0)) == 1)
  }

  @Test("Buckets are bounded: full ones are forgotten first")
  func bounded() {
    var buckets = TokenBuckets<Int>(perSecond: 1, maxCount: 3)
    for key in 0..<3 { _ = buckets.take(key, at: at(Int64(key) * 400)) }
    _ = buckets.take(3, at: at(1_100))
    #expect(buckets.count == 3)
    #expect(buckets.take(1, at: at(1_100)) == 1, "one that is not full is kept")
    for key in 10..<100 { _ = buckets.take(key, at: at(1_100)) }
    #expect(buckets.count <= 3)
  }

  @Test(arguments: [Int.min, 0, Int.max])
  func oddRates(perSecond: Int) {
    var buckets = TokenBuckets<Int>(perSecond: perSecond, maxCount: 0)
    #expect(buckets.take(1, at: at(0)) == nil)
    #expect(buckets.take(1, at: .distantFuture) == nil)
  }
}
