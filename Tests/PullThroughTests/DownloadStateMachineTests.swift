import OCI
import Testing

@testable import PullThrough

/// What followers of a download may have, phase by phase.
@Suite struct DownloadStateMachineTests {
  var machine = Download.StateMachine(
    withheldTailBytes: 10,
    plan: SegmentPlan(maxSegments: 1, aheadDistance: 0)
  )
  let failure: PullThroughError

  init() throws {
    failure = .upstreamFailed(try UpstreamName(parsing: "docker.io"), reason: "reset")
  }

  @Test mutating func beforeTheHeadNothingIsKnown() {
    #expect(machine.head(orWake: 1) == nil)
    #expect(machine.progress(from: 0, orWake: 2) == .wait)
    #expect(machine.receivedHead(totalBytes: 100) == [1])
    #expect(machine.head(orWake: 3) == .success(100))
  }

  @Test mutating func bytesAreReleasedAsTheyArriveLessTheTail() {
    _ = machine.receivedHead(totalBytes: 100)
    #expect(machine.wrote(0..<50) == [])
    #expect(machine.progress(from: 0, orWake: 1) == .available(upTo: 50))
    #expect(machine.progress(from: 50, orWake: 1) == .wait)
    #expect(machine.wrote(50..<100) == [1])
    #expect(machine.progress(from: 50, orWake: 1) == .available(upTo: 90))
    #expect(machine.progress(from: 90, orWake: 1) == .wait)
    #expect(machine.verified(totalBytes: 100) == [1])
    #expect(machine.progress(from: 90, orWake: 1) == .available(upTo: 100))
  }

  @Test mutating func nothingOfAPartIsWithheld() {
    _ = machine.receivedHead(totalBytes: 100)
    #expect(machine.progress(from: 95, isPart: true, orWake: 1) == .wait)
    #expect(machine.progress(from: 95, orWake: 2) == .wait)
    #expect(machine.wrote(95..<100) == [1], "who may complete a whole waits for that")
    #expect(machine.progress(from: 95, isPart: true, orWake: 1) == .available(upTo: 100))
  }

  @Test mutating func aBodyShorterThanTheTailIsWithheldWhole() {
    _ = machine.receivedHead(totalBytes: 8)
    _ = machine.wrote(0..<8)
    #expect(machine.progress(from: 0, orWake: 1) == .wait)
    #expect(machine.verified(totalBytes: 8) == [1])
    #expect(machine.progress(from: 0, orWake: 1) == .available(upTo: 8))
  }

  @Test mutating func onlyThoseWhomNewBytesHelpAreWoken() {
    _ = machine.receivedHead(totalBytes: 100)
    #expect(machine.progress(from: 0, orWake: 1) == .wait)
    #expect(machine.progress(from: 60, orWake: 2) == .wait)
    #expect(machine.wrote(0..<40) == [1])
    #expect(machine.wrote(60..<70) == [2])
    #expect(machine.wrote(40..<60) == [])
  }

  @Test mutating func aLengthThatNobodyToldIsKnownWhenVerified() {
    #expect(machine.head(orWake: 1) == nil)
    #expect(machine.receivedHead(totalBytes: nil) == [])
    _ = machine.wrote(0..<100)
    #expect(machine.head(orWake: 2) == nil)
    #expect(machine.progress(from: 0, orWake: 3) == .wait)
    #expect(Set(machine.verified(totalBytes: 100)) == [1, 2, 3])
    #expect(machine.head(orWake: 4) == .success(100))
    #expect(machine.progress(from: 0, orWake: 4) == .available(upTo: 100))
  }

  @Test mutating func failureReachesEveryoneAndReleasesNothingMore() {
    #expect(machine.head(orWake: 1) == nil)
    _ = machine.receivedHead(totalBytes: 100)
    _ = machine.wrote(0..<50)
    #expect(machine.progress(from: 50, orWake: 2) == .wait)
    #expect(machine.failed(failure) == [2])
    #expect(machine.progress(from: 0, orWake: 3) == .failed(failure))
    #expect(machine.head(orWake: 3) == .failure(failure))
  }

  @Test mutating func whatIsVerifiedStaysSo() {
    _ = machine.receivedHead(totalBytes: 100)
    _ = machine.verified(totalBytes: 100)
    #expect(machine.failed(failure) == [])
    #expect(machine.progress(from: 0, orWake: 1) == .available(upTo: 100))
  }

  @Test mutating func whoHasLeftIsNotWoken() {
    _ = machine.receivedHead(totalBytes: 100)
    _ = machine.progress(from: 0, orWake: 1)
    machine.forget(1)
    #expect(machine.wrote(0..<50) == [])
  }
}
