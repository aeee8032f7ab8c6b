import OCI
import Testing

@testable import PullThrough

/// How much of what was fetched ahead turns out to be of use.
@Suite struct PrefetchUseTests {
  private let one = Self.digest(1)
  private let two = Self.digest(2)
  private let three = Self.digest(3)

  @Test func whatIsAskedForWhileItArrivesIsOfUseWhenItHasArrived() {
    var use = PrefetchUse(maxHeld: 2)
    use.began(one)
    #expect(use.askedFor(one) == 0)
    #expect(use.askedFor(one) == 0)
    #expect(use.ended(one, bytes: 100) == 100)
    #expect(use.askedFor(one) == 0)
    #expect(use.isEmpty)
  }

  @Test func whatIsAskedForLaterIsOfUseThen() {
    var use = PrefetchUse(maxHeld: 2)
    use.began(one)
    #expect(use.ended(one, bytes: 100) == 0)
    #expect(!use.isEmpty)
    #expect(use.askedFor(one) == 100)
    #expect(use.askedFor(one) == 0)
    #expect(use.isEmpty)
  }

  @Test func whatFailsIsOfNoUse() {
    var use = PrefetchUse(maxHeld: 2)
    use.began(one)
    #expect(use.askedFor(one) == 0)
    #expect(use.ended(one, bytes: nil) == 0)
    #expect(use.askedFor(one) == 0)
    #expect(use.isEmpty)
  }

  @Test func whatWasNotFetchedAheadIsNotCounted() {
    var use = PrefetchUse(maxHeld: 2)
    #expect(use.askedFor(one) == 0)
    #expect(use.ended(one, bytes: 100) == 0)
    #expect(use.isEmpty)
  }

  @Test func theOldestThatNobodyAskedForIsForgotten() {
    var use = PrefetchUse(maxHeld: 2)
    for content in [one, two, three] {
      use.began(content)
      #expect(use.ended(content, bytes: 100) == 0)
    }
    #expect(use.askedFor(one) == 0)
    #expect(use.askedFor(two) == 100)
    #expect(use.askedFor(three) == 100)
  }

  @Test func whatArrivesAgainIsNotForgottenWhileItArrives() {
    var use = PrefetchUse(maxHeld: 1)
    use.began(one)
    _ = use.ended(one, bytes: 100)
    use.began(one)
    use.began(two)
    _ = use.ended(two, bytes: 100)
    #expect(use.askedFor(one) == 0)
    #expect(use.ended(one, bytes: 100) == 100)
  }

  private static func digest(_ number: Int) -> Digest {
    withUnsafeBytes(of: number) { Digest.of($0, .sha256) }
  }
}
