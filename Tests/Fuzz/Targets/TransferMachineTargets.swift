import NIOCore
import OCI
import Store

@testable import PullThrough

extension FuzzTarget {
  /// The state machines of transfers, under events in any order.
  static let transferMachines = [
    events("segment-plan") { events in
      var plan = SegmentPlan(maxSegments: 1 + events.next(below: 8), aheadDistance: Int64(events.next(below: 20)))
      var positions: [SegmentPlan.Segment: Int64] = [:]
      let total = Int64(1 + events.next(below: 200))
      func take(_ count: Int, for segment: SegmentPlan.Segment) throws {
        guard let position = positions[segment] else { return }
        // More than the whole is cut off before it comes here.
        let count = min(count, Int(max(0, total - position)))
        let wanted = Int64(plan.accept(count, for: segment))
        try promise(wanted <= Int64(count), "no more is accepted than came")
        let range = position..<(position + wanted)
        if wanted > 0 { try promise(plan.received.gaps(in: range) == [range], "\(range) is taken for the first time") }
        positions[segment] = range.upperBound
        plan.wrote(range)
      }
      while !events.isAtEnd {
        switch events.next(below: 6) {
        case 0: plan.tell(totalBytes: total)
        case 1: if let claim = plan.claimNext() { positions[claim.segment] = claim.range.lowerBound }
        case 2:
          if let claim = plan.demand(Int64(events.next(below: 255))) {
            positions[claim.segment] = claim.range.lowerBound
          }
        case 3: try take(events.next(below: 40), for: 1 + events.next(below: 10))
        case 4:
          let segment = 1 + events.next(below: 10)
          plan.end(segment)
          positions[segment] = nil
        default: plan.refusesRanges()
        }
      }
      // Whatever has happened, the rest can be fetched.
      plan.tell(totalBytes: total)
      for segment in Array(positions.keys) { plan.end(segment) }
      for _ in 0...400 {
        guard let claim = plan.claimNext() else { break }
        try promise(!claim.range.isEmpty && claim.range.upperBound <= total, "\(claim) is a piece of the blob")
        positions = [claim.segment: claim.range.lowerBound]
        try take(claim.range.count, for: claim.segment)
        plan.end(claim.segment)
      }
      try promise(plan.isComplete, "nothing is missing in the end")
    },
    events("download") { events in
      let withheld = Int64(1 + events.next(below: 20))
      var machine = Download.StateMachine(
        withheldTailBytes: withheld,
        plan: SegmentPlan(maxSegments: 2, aheadDistance: 10)
      )
      let total = Int64(events.next(below: 100))
      var (isOver, isVerified) = (false, false)
      while !events.isAtEnd {
        switch events.next(below: 7) {
        case 0: _ = machine.receivedHead(totalBytes: events.next(below: 3) == 0 ? nil : total)
        case 1:
          let start = Int64(events.next(below: 100))
          _ = machine.wrote(start..<max(start, min(total, start + 10)))
        case 2 where !isOver:
          _ = machine.verified(totalBytes: total)
          (isOver, isVerified) = (true, true)
        case 3 where !isOver:
          _ = machine.failed(.storeFailed(reason: "fuzz"))
          isOver = true
        case 4: _ = machine.head(orWake: UInt64(events.next(below: 5)))
        case 5: machine.forget(UInt64(events.next(below: 5)))
        default:
          let offset = Int64(events.next(below: 100))
          guard case .available(let end) = machine.progress(from: offset, orWake: UInt64(events.next(below: 5))) else {
            continue
          }
          try promise(end > offset && end <= total, "there is something to send, of the content")
          try promise(isVerified || end <= total - withheld, "the tail is withheld until all is verified")
        }
      }
    },
    events("resume") { events in
      let limit = 1 + events.next(below: 6)
      var policy = ResumePolicy(maxFruitlessAttempts: limit, firstPause: .milliseconds(100), longestPause: .seconds(5))
      var fruitless = 0
      while !events.isAtEnd {
        let bytes = events.any()
        fruitless = bytes > 0 ? 1 : fruitless + 1
        switch policy.brokeOff(newBytes: bytes, chance: Double(events.next(below: 100)) / 100) {
        case .giveUp: try promise(fruitless > limit, "it is given up when it gets nowhere")
        case .resume(let pause):
          try promise(fruitless <= limit, "it is not taken up for ever")
          try promise((.zero ... .seconds(5)).contains(pause), "\(pause) is a pause")
        }
      }
    },
    events("passing-window") { events in
      var window = RelayBuffer(maxBytes: 1 + events.next(below: 64))
      var (end, positions) = (Int64(0), [UInt64: Int64]())
      while !events.isAtEnd {
        let follower = UInt64(events.next(below: 4))
        switch events.next(below: 4) {
        case 0:
          let count = 1 + events.next(below: 16)
          window.append(ByteBuffer(bytes: (0..<count).map { UInt8(truncatingIfNeeded: end + Int64($0)) }), at: end)
          end += Int64(count)
        case 1 where positions[follower] == nil: if window.join(follower) { positions[follower] = 0 }
        case 2:
          guard let position = positions[follower] else { continue }
          let next = min(end, position + Int64(events.next(below: 16)))
          window.move(follower, to: next)
          positions[follower] = max(position, next)
        default:
          window.leave(follower)
          positions[follower] = nil
        }
        for position in positions.values where position < end {
          guard case .memory(let bytes) = window.place(of: position) else {
            throw BrokenPromise(description: "what a follower has not been sent is there")
          }
          try promise(bytes.readableBytesView.first == UInt8(truncatingIfNeeded: position), "it is the right byte")
        }
      }
    },
    events("group-publisher") { events in
      let most = 1 + events.next(below: 8)
      var machine = GroupPublisher.StateMachine(maxGroup: most)
      var (waiting, hurried, timers, isPublishing) = (0, 0, [UInt64](), false)
      func did(_ action: GroupPublisher.StateMachine.Action) throws {
        switch action {
        case .none: break
        case .startTimer(let timer): timers.append(timer)
        case .publish(let count):
          try promise((1...min(most, max(1, waiting))).contains(count), "\(count) of \(waiting) are published")
          try promise(!isPublishing, "one group at a time")
          waiting -= count
          isPublishing = true
        }
      }
      while !events.isAtEnd {
        switch events.next(below: 5) {
        case 0:
          waiting += 1
          try did(machine.added())
        case 1 where !timers.isEmpty: try did(machine.timeIsUp(timers.removeFirst()))
        case 2:
          hurried += 1
          try did(machine.beginFlush())
        case 3 where hurried > 0:
          hurried -= 1
          machine.endFlush()
        case 4 where isPublishing:
          isPublishing = false
          try did(machine.published())
        default: break
        }
      }
    },
  ]
}
