import Testing
import Upstream

@testable import PullThrough

@Suite struct HeadAnswerTests {
  @Test(
    arguments: [
      // a failure, whether a GET follows for a tag that is held, and for one that is not
      (.notFound, true, false), (.absenceUnclear, true, false), (.denied(status: 401), true, false),
      (.denied(status: 403, said: "Blocked"), true, false), (.failed(status: 405, message: nil), true, true),
      (.failed(status: 404, message: "page"), true, true), (.failed(status: 500, message: nil), false, false),
      (.rateLimited(retryAfter: nil, kind: .pulls), false, false), (.unreachable(""), false, false),
      (.timedOut(.firstByte), false, false), (.redirectRefused(""), false, false),
    ] as [(UpstreamFailure, Bool, Bool)]
  )
  func whatHeadDeniesIsChecked(failure: UpstreamFailure, ifHeld: Bool, ifNot: Bool) {
    #expect(HeadAnswer.isWorthAGet(failure, isHeld: true) == ifHeld)
    #expect(HeadAnswer.isWorthAGet(failure, isHeld: false) == ifNot)
  }
}
