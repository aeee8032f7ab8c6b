import Testing

@testable import PullThrough

/// What was found not to be there is remembered for seconds, and answers without a body are counted for as long.
@Suite struct NegativeAnswersTests {
  private let start = ContinuousClock.now

  @Test func itIsKnownForItsLifetime() {
    var answers = NegativeAnswers<String>(lifetime: .seconds(5), maxCount: 10)
    answers.note("a", at: start)
    #expect(answers.has("a", at: start + .milliseconds(4_999)))
    #expect(!answers.has("a", at: start + .seconds(5)))
    #expect(!answers.has("b", at: start))
  }

  @Test func whatIsThereAfterAllIsForgotten() {
    var answers = NegativeAnswers<String>(lifetime: .seconds(5), maxCount: 10)
    answers.note("a", at: start)
    answers.forget("a")
    #expect(!answers.has("a", at: start))
  }

  @Test func whatIsSaidAgainLivesOn() {
    var answers = NegativeAnswers<String>(lifetime: .seconds(5), maxCount: 10)
    answers.note("a", at: start)
    answers.note("a", at: start + .seconds(4))
    answers.note("b", at: start + .seconds(6))
    #expect(answers.has("a", at: start + .seconds(8)))
  }

  @Test func thereAreNeverMoreThanAllowed() {
    var answers = NegativeAnswers<Int>(lifetime: .seconds(5), maxCount: 3)
    for key in 0..<100 { answers.note(key, at: start) }
    #expect(answers.count == 3)
    #expect(answers.has(99, at: start))
    #expect(!answers.has(96, at: start))
    answers.note(100, at: start + .seconds(60))
    #expect(answers.count == 1)
  }

  @Test func manyEmptyAnswersInAWindowAreAFlood() {
    var answers = EmptyAnswers()
    for second in 0..<7 { answers.note(at: start + .seconds(second)) }
    #expect(!answers.isFlood(at: start + .seconds(7)))
    answers.note(at: start + .seconds(7))
    #expect(answers.isFlood(at: start + .seconds(7)))
    #expect(answers.isFlood(at: start + .seconds(10)))
    #expect(!answers.isFlood(at: start + .seconds(11)))
  }
}
