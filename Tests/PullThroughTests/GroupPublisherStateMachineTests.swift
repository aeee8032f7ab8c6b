import Testing

@testable import PullThrough

/// When small contents are written that gather.
@Suite struct GroupPublisherStateMachineTests {
  private var machine = GroupPublisher.StateMachine(maxGroup: 3)

  @Test mutating func theFirstStartsTheClockAndOthersJoinIt() {
    #expect(machine.added() == .startTimer(1))
    #expect(machine.added() == .none)
    #expect(machine.timeIsUp(1) == .publish(count: 2))
    #expect(machine.published() == .none)
    #expect(machine.added() == .startTimer(2), "and all begins anew")
  }

  @Test mutating func enoughDoNotWait() {
    #expect([machine.added(), machine.added(), machine.added()] == [.startTimer(1), .none, .publish(count: 3)])
    #expect(machine.timeIsUp(1) == .none, "its group is being written")
  }

  @Test mutating func aTimerOfAnEarlierGroupMeansNothing() {
    for _ in 0..<3 { _ = machine.added() }
    #expect(machine.published() == .none)
    #expect(machine.added() == .startTimer(2))
    #expect(machine.timeIsUp(1) == .none)
    #expect(machine.timeIsUp(2) == .publish(count: 1))
  }

  @Test mutating func whatComesMeanwhileIsTheNextGroup() {
    for _ in 0..<3 { _ = machine.added() }
    #expect(machine.added() == .none)
    #expect(machine.published() == .startTimer(2))
    #expect(machine.timeIsUp(2) == .publish(count: 1))
  }

  @Test mutating func moreThanAGroupFollowsAtOnce() {
    for _ in 0..<8 { _ = machine.added() }
    #expect(machine.published() == .publish(count: 3))
    #expect(machine.published() == .startTimer(2), "two are left")
  }

  @Test mutating func aHurryEndsTheGathering() {
    _ = machine.added()
    #expect(machine.beginFlush() == .publish(count: 1))
    #expect(machine.added() == .none)
    #expect(machine.published() == .publish(count: 1), "nothing gathers while it lasts")
    #expect(machine.published() == .none)
    #expect(machine.added() == .publish(count: 1))
    machine.endFlush()
    #expect(machine.published() == .none)
    #expect(machine.added() == .startTimer(2))
  }

  @Test mutating func aHurryWithNothingToWriteDoesNothing() {
    #expect(machine.beginFlush() == .none)
    #expect(machine.published() == .none)
  }

  @Test mutating func twoMayBeInAHurry() {
    #expect([machine.beginFlush(), machine.beginFlush()] == [.none, .none])
    machine.endFlush()
    #expect(machine.added() == .publish(count: 1))
  }
}
