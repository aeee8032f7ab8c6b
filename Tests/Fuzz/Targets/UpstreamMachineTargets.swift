import OCI

@testable import Upstream

extension FuzzTarget {
  /// The state machines of the upstream side, under events in any order.
  static let upstreamMachines = [
    events("breaker") { events in
      var machine = CircuitBreaker.StateMachine(
        threshold: events.next(below: 6),
        firstPause: .seconds(1),
        longestPause: .seconds(30)
      )
      var (now, probes) = (ContinuousClock.now, 0)
      while !events.isAtEnd {
        switch events.next(below: 5) {
        case 0:
          switch machine.admit(now: now) {
          case .ask(let isProbe):
            if isProbe { probes += 1 }
            try promise(probes <= 1, "one probe at a time")
          case .skip(let pause): try promise(pause > .zero && pause <= .seconds(30), "\(pause) is a pause")
          }
        case 1:
          _ = machine.succeeded()
          probes = 0
        case 2:
          let isProbe = probes > 0 && events.next(below: 2) == 0
          let pause = machine.failed(isProbe: isProbe, now: now, chance: Double(events.next(below: 100)) / 100)
          if isProbe { probes = 0 }
          if let pause { try promise(pause > .zero && pause <= .seconds(30), "\(pause) is a pause") }
        case 3 where probes > 0:
          machine.withdrawn(isProbe: true, now: now)
          probes = 0
        default: now += .milliseconds(events.wide())
        }
      }
    },
    events("rate-budget") { events in
      var budget = RateBudget(
        pauses: .init(pulls: .seconds(60), first: .seconds(1), longest: .seconds(60), least: .milliseconds(100))
      )
      var now = ContinuousClock.now
      let asks: [UpstreamRequest.Kind] = [.pull, .look, .other]
      func count(_ events: inout EventReader) -> Int64? {
        events.next(below: 4) == 0 ? nil : min(max(0, events.any()), 1_000_000_000)
      }
      while !events.isAtEnd {
        let ask = asks[events.next(below: 3)]
        let fields = RateLimitFields(
          limit: count(&events),
          remaining: count(&events),
          window: count(&events).map { .seconds($0) }
        )
        switch events.next(below: 3) {
        case 0: budget.answered(fields, now: now)
        case 1:
          let told: Duration? = events.next(below: 2) == 0 ? nil : .seconds(min(max(0, events.any()), 21_600))
          let kind: RateLimitKind = events.next(below: 2) == 0 ? .pulls : .requests
          let rest = budget.refused(kind, ask, retryAfter: told, fields, now: now)
          try promise(rest.duration >= .zero && rest.duration <= .seconds(21_600), "\(rest) is a pause")
        default: now += .seconds(events.wide())
        }
        try promise(budget.left(now: now) ?? 0 >= 0, "what is left is not less than nothing")
        _ = budget.isShort(now: now)
        if let rest = budget.rest(for: ask, now: now) { try promise(rest.duration > .zero, "a rest takes time") }
      }
    },
    events("endpoint-round") { events in
      let count = events.next(below: 6)
      let own = events.next(below: 8)
      var round = EndpointRound(count: count, ownPlace: own, avoiding: events.next(below: 2) == 0 ? nil : own)
      var asked: Set<Int> = []
      let failures: [UpstreamFailure] = [
        .notFound, .denied(status: 403), .failed(status: 500, message: nil), .timedOut(.connect),
        .rateLimited(retryAfter: nil, kind: .requests),
      ]
      while let place = round.next() {
        try promise((0..<count).contains(place) && asked.insert(place).inserted, "each is asked once")
        if !round.failed(failures[events.next(below: failures.count)], at: place) { break }
      }
      _ = round.outcome
    },
  ]
}
