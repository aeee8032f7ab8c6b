import OCI
import Store

@testable import PullThrough
@testable import Upstream

extension FuzzTarget {
  /// Who waits for what, and whose turn it is, under events in any order.
  static let waitingMachines = [
    events("ask-queue") { events in
      let places = 1 + events.next(below: 6)
      let kept = events.next(below: places)
      var queue = AskQueue(places: places, kept: kept, maxWaiting: events.next(below: 6))
      var (running, waiting, ticket) = ([UInt64: Bool](), [UInt64: Bool](), UInt64(0))
      func finish(_ ticket: UInt64) throws {
        guard let isProven = running.removeValue(forKey: ticket) else { return }
        guard let next = queue.finish(isProven: isProven) else { return }
        guard let isNextProven = waiting.removeValue(forKey: next) else {
          throw BrokenPromise(description: "whoever goes has waited")
        }
        running[next] = isNextProven
      }
      while !events.isAtEnd {
        switch events.next(below: 3) {
        case 0:
          ticket += 1
          let isProven = events.next(below: 2) == 0
          switch queue.ask(ticket, from: .ipv4(UInt32(events.next(below: 3))), isProven: isProven) {
          case .go: running[ticket] = isProven
          case .wait: waiting[ticket] = isProven
          case .waitInstead(let other):
            try promise(waiting.removeValue(forKey: other) != nil, "whoever is sent away has waited")
            waiting[ticket] = isProven
          case .refuse: break
          }
        case 1: if let first = running.keys.min() { try finish(first) }
        default:
          let leaving = UInt64(events.next(below: 64))
          try promise(queue.leave(leaving) == (waiting.removeValue(forKey: leaving) != nil), "who waits can leave")
        }
        try promise(running.count <= places, "no more than there are places")
        try promise(running.values.count { !$0 } <= places - kept, "kept places are kept")
        try promise(queue.load == (running.count, waiting.count), "everybody is counted")
      }
      while let first = running.keys.min() { try finish(first) }
      try promise(waiting.isEmpty, "nobody waits for ever")
    },
    events("fetch-pool") { events in
      let limit = 4 + events.next(below: 4)
      var pool = FetchPool.StateMachine(places: 4 + events.next(below: 4), maxWaiting: 4 + events.next(below: 12))
      let upstreams = ["a.example", "b.example"].compactMap { try? UpstreamName(parsing: $0) }
      var (running, waiting, ticket) = ([UInt64: UpstreamName](), [UInt64: UpstreamName](), UInt64(0))
      let now = ContinuousClock.now
      func started(_ tickets: [UInt64]) throws {
        for ticket in tickets {
          guard let upstream = waiting.removeValue(forKey: ticket) else {
            throw BrokenPromise(description: "whoever starts has waited")
          }
          running[ticket] = upstream
        }
      }
      while !events.isAtEnd {
        let client = ClientKey(.ipv4(UInt32(events.next(below: 3))), connection: UInt64(events.next(below: 2)))
        switch events.next(below: 7) {
        case 5: pool.mayHaveLeft(client)
        case 6: pool.hasLeft(client)
        case 0, 1:
          ticket += 1
          let priority = Priority.allCases[events.next(below: Priority.allCases.count)]
          let upstream = upstreams[events.next(below: upstreams.count)]
          pool.announce(ticket, priority: priority, client: client)
          let (admission, displaced) = pool.submit(ticket, upstream: upstream, limit: limit, at: now)
          if let displaced { try promise(waiting.removeValue(forKey: displaced) != nil, "it has waited") }
          if admission == .start { running[ticket] = upstream }
          if admission == .wait { waiting[ticket] = upstream }
        case 2: if let first = running.keys.min() { try started(finish(first)) }
        case 3: try started(pool.raise(UInt64(events.next(below: 64)), to: .client, for: client))
        default:
          let other = UInt64(events.next(below: 64))
          if events.next(below: 2) == 0 {
            try promise(pool.withdraw(other) == (waiting.removeValue(forKey: other) != nil), "who waits can leave")
          } else {
            try started(pool.mark(other, isSlow: events.next(below: 2) == 0))
          }
        }
        for upstream in upstreams {
          try promise(running.values.count { $0 == upstream } <= limit, "an upstream's limit holds")
        }
        try promise(pool.runningCount == running.count && pool.waitingCount == waiting.count, "everybody is counted")
      }
      while let first = running.keys.min() { try started(finish(first)) }
      try promise(waiting.isEmpty, "nobody waits for ever")

      func finish(_ ticket: UInt64) -> [UInt64] {
        running[ticket] = nil
        return pool.finish(ticket, at: now)
      }
    },
    events("expected-layers") { events in
      var layers = ExpectedLayers(maxCount: 1 + events.next(below: 4), lifetime: .seconds(60))
      guard let upstream = try? UpstreamName(parsing: "a.example") else { return }
      let repositories = ["x", "y"].compactMap { try? RepositoryName(parsing: $0) }.map {
        Repository(upstream: upstream, name: $0)
      }
      let contents = (0..<8).map { PrefetchPlan.Content(digest: .of([UInt8($0)]), size: RemoteSize(clamping: $0)) }
      var (now, expected) = (ContinuousClock.now, [Repository: [Digest: Int]]())
      while !events.isAtEnd {
        let repository = repositories[events.next(below: repositories.count)]
        switch events.next(below: 3) {
        case 0:
          let start = events.next(below: contents.count)
          let image = Array(contents[start..<min(contents.count, start + events.next(below: 6))])
          layers.expect(image, in: repository, now: now)
          for layer in image { expected[repository, default: [:]][layer.digest, default: 0] += 1 }
        case 1:
          let asked = contents[events.next(below: contents.count)].digest
          for layer in layers.following(asked, in: repository, now: now) {
            try promise(layer.digest != asked, "what is asked for is not fetched ahead")
            let left = expected[repository]?[layer.digest] ?? 0
            try promise(left > 0, "what follows was expected of that repository, and is told once")
            expected[repository]?[layer.digest] = left - 1
          }
        default: now += .seconds(events.next(below: 50))
        }
      }
    },
    events("store-health") { events in
      var machine = StoreHealth.StateMachine()
      let reasons: [StoreError] = [.contentMissing(.of("x".utf8)), .damagedRecord(table: "content")]
      var isTroubled = false
      while !events.isAtEnd {
        let action =
          switch events.next(below: 3) {
          case 0: machine.kept()
          case let number: machine.refused(reasons[number - 1])
          }
        let isNow = machine.trouble != nil
        let news: StoreHealth.StateMachine.Action = isNow ? .tellTrouble : .tellRecovery
        try promise(action == (isNow == isTroubled ? .none : news), "every change is told, once")
        isTroubled = isNow
      }
    },
  ]
}
