import OCI
import Testing

@testable import PullThrough

/// How much of what was fetched ahead turns out to be of use.
@Suite struct PrefetchBookTests {
  private let one = Self.digest(1)
  private let two = Self.digest(2)
  private let three = Self.digest(3)

  @Test func whatIsAskedForWhileItArrivesIsOfUseWhenItHasArrived() {
    var book = PrefetchBook(maxHeld: 2)
    book.began(one)
    #expect(book.askedFor(one) == 0)
    #expect(book.askedFor(one) == 0)
    #expect(book.ended(one, bytes: 100) == 100)
    #expect(book.askedFor(one) == 0)
    #expect(book.isEmpty)
  }

  @Test func whatIsAskedForLaterIsOfUseThen() {
    var book = PrefetchBook(maxHeld: 2)
    book.began(one)
    #expect(book.ended(one, bytes: 100) == 0)
    #expect(!book.isEmpty)
    #expect(book.askedFor(one) == 100)
    #expect(book.askedFor(one) == 0)
    #expect(book.isEmpty)
  }

  @Test func whatFailsIsOfNoUse() {
    var book = PrefetchBook(maxHeld: 2)
    book.began(one)
    #expect(book.askedFor(one) == 0)
    #expect(book.ended(one, bytes: nil) == 0)
    #expect(book.askedFor(one) == 0)
    #expect(book.isEmpty)
  }

  @Test func whatWasNotFetchedAheadIsNotCounted() {
    var book = PrefetchBook(maxHeld: 2)
    #expect(book.askedFor(one) == 0)
    #expect(book.ended(one, bytes: 100) == 0)
    #expect(book.isEmpty)
  }

  @Test func theOldestThatNobodyAskedForIsForgotten() {
    var book = PrefetchBook(maxHeld: 2)
    for content in [one, two, three] {
      book.began(content)
      #expect(book.ended(content, bytes: 100) == 0)
    }
    #expect(book.askedFor(one) == 0)
    #expect(book.askedFor(two) == 100)
    #expect(book.askedFor(three) == 100)
  }

  @Test func whatArrivesAgainIsNotForgottenWhileItArrives() {
    var book = PrefetchBook(maxHeld: 1)
    book.began(one)
    _ = book.ended(one, bytes: 100)
    book.began(one)
    book.began(two)
    _ = book.ended(two, bytes: 100)
    #expect(book.askedFor(one) == 0)
    #expect(book.ended(one, bytes: 100) == 100)
  }

  private static func digest(_ number: Int) -> Digest {
    withUnsafeBytes(of: number) { Digest.of($0, .sha256) }
  }
}
