import Testing

@testable import Upstream

@Suite("One endpoint after another")
struct EndpointRoundTests {
  private static let away = UpstreamFailure.unreachable("connection refused")
  private static let limited = UpstreamFailure.rateLimited(retryAfter: .seconds(3), kind: .requests)
  private static let slow = UpstreamFailure.timedOut(.firstByte)

  @Test("They are asked in the order of the configuration; one that broke off comes last")
  func order() {
    func asked(_ count: Int, avoiding place: Int? = nil) -> [Int] {
      var round = EndpointRound(count: count, ownPlace: 0, avoiding: place)
      var order: [Int] = []
      while let place = round.next() { order.append(place) }
      return order
    }
    #expect(asked(3) == [0, 1, 2])
    #expect(asked(3, avoiding: 0) == [1, 2, 0])
    #expect(asked(3, avoiding: 2) == [0, 1, 2])
    #expect(asked(1, avoiding: 0) == [0])
    #expect(asked(0) == [])
  }

  @Test(
    "Trouble and a 404 lead on; what is an answer does not",
    arguments: [
      (away, true), (limited, true), (slow, true), (.tlsFailed(""), true), (.interrupted(""), true),
      (.failed(status: 500, message: nil), true), (.failed(status: 503, message: nil), true),
      (.protocolViolation(""), true), (.notFound, true), (.absenceUnclear, true),
      (.failed(status: 404, message: nil), true), (.listTooLong(""), false),
      (.denied(status: 401), false), (.denied(status: 403), false), (.failed(status: 405, message: nil), false),
      (.tooLarge(limit: 1), false), (.credentialUnavailable(""), false), (.cancelled, false),
    ] as [(UpstreamFailure, Bool)]
  )
  func leadsOn(failure: UpstreamFailure, mayAskNext: Bool) {
    var round = EndpointRound(count: 2, ownPlace: 0)
    _ = round.next()
    let leadsOn = round.failed(failure, at: 0)
    #expect(leadsOn == mayAskNext)
  }

  @Test(
    "Only the registry itself, or all together, can say that something is missing",
    arguments: [
      // registry, mirror, together
      (.notFound, .notFound, .notFound),
      (.notFound, away, .notFound),
      (away, .notFound, away),
      (away, slow, away),
      (slow, limited, limited),
      (limited, away, limited),
      (.absenceUnclear, .notFound, .absenceUnclear),
      (.notFound, .absenceUnclear, .notFound),
      (.absenceUnclear, away, away),
      (.failed(status: 404, message: "page"), .notFound, .failed(status: 404, message: "page")),
    ] as [(UpstreamFailure, UpstreamFailure, UpstreamFailure)]
  )
  func together(registry: UpstreamFailure, mirror: UpstreamFailure, outcome: UpstreamFailure) {
    var round = EndpointRound(count: 2, ownPlace: 0)
    for (place, failure) in [registry, mirror].enumerated() {
      let asked = round.next()
      #expect(asked == place)
      let mayAskNext = round.failed(failure, at: place)
      #expect(mayAskNext)
    }
    let more = round.next()
    #expect(more == nil)
    #expect(round.outcome == outcome)
  }
}
