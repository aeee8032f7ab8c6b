import NIOHTTP1
import OCI

@testable import Upstream

extension FuzzTarget {
  /// What decides about one upstream's answers, tokens and accounts, under events in any order.
  static let answerMachines = [
    events("answer-sequence") { events in
      let limits = Limits()
      var sequence = AnswerSequence(rules: AnswerRules(limits))
      var heard = HeardAnswer()
      while !events.isAtEnd {
        switch events.next(below: 6) {
        case 0: try heard.request(isSent: sequence.requestBegins())
        case 1:
          let status = [100, 101, 103, 200, 404, 599, 600, 99][events.next(below: 8)]
          let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status))
          try heard.took(sequence.received(head), .head(status))
        case 2: try heard.took(sequence.receivedBody(), .body)
        case 3: try heard.took(sequence.receivedEnd(), .end)
        case 4: if sequence.readCompleted() { try heard.end() }
        default: try heard.took(sequence.broke(), .broke)
        }
        try promise(heard.informational <= limits.maxInformationalResponses, "not any number of 1xx")
      }
    },
    events("endpoint-health") { events in
      let threshold = 2 + events.next(below: 4)
      let fresh = CircuitBreaker.StateMachine(threshold: threshold, firstPause: .seconds(1), longestPause: .seconds(30))
      // One that is alone in failing must not shut the whole.
      let isAlone = events.next(below: 2) == 0
      var health = EndpointHealth(fresh, capacity: 1 + events.next(below: 4))
      let things = (0..<(isAlone ? 1 : 6)).map { RequestSubject(path: "/v2/a/manifests/\($0)") }
      let ends: [(EndpointHealth.Showing, EndpointHealth.Outcome)] = [
        (.nothing, .unknown), (.nothing, .failed), (.trouble, .failed), (.well, .failed), (.well, .answered),
        (.away, .failed),
      ]
      var (now, passes) = (ContinuousClock.now, [(thing: RequestSubject, pass: EndpointHealth.Pass)]())
      while !events.isAtEnd {
        switch events.next(below: 3) {
        case 0:
          let thing = things[events.next(below: things.count)]
          switch health.admit(thing, now: now) {
          case .ask(let pass):
            try promise(!pass.isProbe || !passes.contains { $0.pass.isProbe }, "one probe of the whole at a time")
            passes.append((thing, pass))
          case .skip(let pause, let whole):
            try promise(pause > .zero && pause <= .seconds(30), "\(pause) is a pause")
            try promise(!whole || !isAlone, "what fails alone does not shut the whole")
          }
        case 1 where !passes.isEmpty:
          let (thing, pass) = passes.remove(at: events.next(below: passes.count))
          let (showing, outcome) = ends[events.next(below: isAlone ? 5 : 6)]
          let chance = Double(events.next(below: 100)) / 100
          let change = health.ended(thing, pass, showing, outcome, now: now, chance: chance)
          if change == .closed { passes = passes.map { ($0.thing, EndpointHealth.Pass()) } }
          if case .opened(let pause) = change { try promise(pause > .zero, "\(pause) is a pause") }
        default: now += .milliseconds(events.wide())
        }
      }
    },
    events("token-cache") { events in
      var cache = TokenCache.StateMachine(capacity: 1 + events.next(below: 4))
      guard let realm = WebURL(parsing: "https://auth.example/token") else { return }
      let keys = (0..<4).map {
        TokenKey(credential: CredentialID(UInt32($0)), realm: realm, service: nil, scopes: ["a"])
      }
      var (now, tokens, fetching) = (ContinuousClock.now, UInt64(0), Set<TokenKey>())
      var waiting: [TokenKey: [UInt64]] = [:]
      var good: [TokenKey: (token: Secret, until: ContinuousClock.Instant)] = [:]
      while !events.isAtEnd {
        let key = keys[events.next(below: keys.count)]
        tokens += 1
        switch events.next(below: 6) {
        case 0, 1:
          let step = cache.ask(key, tokens, now: now)
          switch step {
          case .use(let token), .useAndFetch(let token):
            try promise(good[key].map { $0.token == token && now < $0.until } ?? false, "a token that is good is shown")
          case .fetchAndWait, .wait: waiting[key, default: []].append(tokens)
          }
          switch step {
          case .useAndFetch, .fetchAndWait: try promise(fetching.insert(key).inserted, "each is fetched once at a time")
          case .wait: try promise(fetching.contains(key), "whoever waits is waited for")
          case .use: break
          }
        case 2 where fetching.remove(key) != nil:
          let grant = TokenGrant(token: Secret("t\(tokens)"), lifetime: .seconds(events.wide()))
          let told = cache.arrived(key, grant, now: now)
          try promise(told == waiting.removeValue(forKey: key) ?? [], "all who wait are told")
          good[key] = (grant.token, now + grant.lifetime)
        case 3 where fetching.remove(key) != nil:
          try promise(cache.failed(key, now: now) == waiting.removeValue(forKey: key) ?? [], "all who wait are told")
        case 4: if let token = good.removeValue(forKey: key)?.token { cache.rejected(key, token) }
        default: now += .seconds(events.wide())
        }
      }
    },
    events("account-rotation") { events in
      var rotation = AccountRotation()
      var (now, setBacks) = (ContinuousClock.now, [Int: ContinuousClock.Instant]())
      while !events.isAtEnd {
        switch events.next(below: 3) {
        case 0:
          let places = Array(0..<events.next(below: 5))
          let statuses = places.map { _ in
            AccountRotation.Status(
              rest: events.next(below: 3) == 0 ? .seconds(1 + events.next(below: 9)) : nil,
              left: events.next(below: 2) == 0 ? Int64(events.next(below: 100)) : nil
            )
          }
          let isPull = events.next(below: 2) == 0
          let chosen = rotation.choose(among: places, isPull: isPull, now: now) { statuses[$0] }
          try promise((chosen == nil) == places.isEmpty, "somebody has the turn, if there is anybody")
          guard let chosen, places.count > 1 else { continue }
          let welcome = places.filter { statuses[$0].rest == nil && setBacks[$0].map { $0 <= now } ?? true }
          try promise(welcome.isEmpty || welcome.contains(chosen), "who may ask goes before who may not")
          guard isPull, !welcome.isEmpty else { continue }
          let most = welcome.map { statuses[$0].left ?? .max }.max()
          try promise(statuses[chosen].left ?? .max == most, "a pull is made by whoever has most left")
        case 1:
          let place = events.next(below: 5)
          let isNews = rotation.deprioritize(place, for: .seconds(60), now: now)
          try promise(isNews == (setBacks[place].map { $0 <= now } ?? true), "it is told once")
          setBacks[place] = now + .seconds(60)
        default: now += .seconds(events.next(below: 100))
        }
      }
    },
  ]
}

/// What the HTTP client has heard of one connection's answers.
private struct HeardAnswer {
  enum Part: Equatable { case head(Int), body, end, broke }
  private enum State { case idle, awaiting, body, held, over }

  private var state = State.idle
  private(set) var informational = 0

  mutating func request(isSent: Bool) throws {
    try promise(isSent == (state != .over), "nothing is sent on a connection that is over")
    if state == .idle { (state, informational) = (.awaiting, 0) }
  }

  mutating func took(_ step: AnswerSequence.Step, _ part: Part) throws {
    switch step {
    case .drop: try promise(state == .over, "nothing is left out before the end")
    case .hold:
      try promise(part == .end && state == .body, "only an end is held")
      state = .held
    case .endAndClose:
      try promise(state == .held, "an end that was held is passed on")
      state = .over
    case .refuse:
      try promise(state != .held && state != .over, "an answer that has ended does not fail")
      state = .over
    case .pass: try passed(part)
    }
  }

  mutating func end() throws {
    try promise(state == .held, "an end that was held is passed on")
    state = .idle
  }

  private mutating func passed(_ part: Part) throws {
    switch part {
    case .head(let status):
      try promise(state == .awaiting && (100...599).contains(status) && status != 101, "\(status) begins an answer")
      if status < 200 { informational += 1 } else { state = .body }
    case .body: try promise(state == .body, "a body is behind a head")
    case .end: throw BrokenPromise(description: "an end is held before it is passed on")
    case .broke: state = .over
    }
  }
}
