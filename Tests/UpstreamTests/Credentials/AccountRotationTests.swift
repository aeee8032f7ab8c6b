import Testing

@testable import Upstream

@Suite("Whose turn it is among several accounts")
struct AccountRotationTests {
  private typealias Status = AccountRotation.Status

  private let start = ContinuousClock.now
  private var rotation = AccountRotation()

  private mutating func pull(_ standings: [Status], after seconds: Double = 0) -> Int? {
    choose(standings, isPull: true, seconds)
  }
  private mutating func other(_ standings: [Status], after seconds: Double = 0) -> Int? {
    choose(standings, isPull: false, seconds)
  }
  private mutating func choose(_ standings: [Status], isPull: Bool, _ seconds: Double) -> Int? {
    rotation.choose(among: Array(standings.indices), isPull: isPull, now: start + .seconds(seconds)) { standings[$0] }
  }

  private static let unknown = Status()
  private static func left(_ count: Int64) -> Status { Status(left: count) }
  private static func resting(_ seconds: Int) -> Status { Status(rest: .seconds(seconds), left: 0) }

  @Test("Nobody, or one: there is nothing to choose")
  mutating func few() {
    #expect(pull([]) == nil)
    #expect(pull([Self.resting(9)]) == 0)
  }

  @Test("Of unknown allowances: in turn")
  mutating func inTurn() {
    var turns: [Int?] = []
    for _ in 0..<6 { turns.append(pull([Self.unknown, Self.unknown, Self.unknown])) }
    #expect(turns == [0, 1, 2, 0, 1, 2])
  }

  @Test("Of known allowances: most left; of equals, in turn")
  mutating func mostLeft() {
    #expect(pull([Self.left(10), Self.left(99), Self.left(50)]) == 1)
    #expect(pull([Self.left(50), Self.left(49), Self.left(50)]) == 0)
    #expect(pull([Self.left(50), Self.left(49), Self.left(50)]) == 2)
  }

  @Test("Who has not been asked yet, or limits nothing, comes before who counts")
  mutating func unknownFirst() {
    #expect(pull([Self.left(99), Self.unknown]) == 1)
    #expect(pull([Self.left(99), Self.unknown]) == 1)
  }

  @Test("Two accounts of a hundred pulls are spent evenly, and to the end")
  mutating func evenly() {
    var accounts: [Int64] = [100, 100]
    for _ in 0..<200 {
      guard let turn = pull(accounts.map { $0 > 0 ? Self.left($0) : Self.resting(60) }) else { break }
      accounts[turn] -= 1
      #expect(abs(accounts[0] - accounts[1]) <= 1)
    }
    #expect(accounts == [0, 0])
  }

  @Test("What costs nothing is asked by whoever pulled last, whose token is at hand; at first by the first")
  mutating func theLastOne() {
    #expect(other([Self.unknown, Self.unknown]) == 0)
    #expect(pull([Self.left(1), Self.left(2)]) == 1)
    #expect(other([Self.left(1), Self.left(1)]) == 1)
    #expect(other([Self.left(9), Self.left(1)]) == 1)
    #expect(pull([Self.left(1), Self.left(1)]) == 0, "those were no turns")
  }

  @Test("A limited account rests; if all rest, the one that wakes first says how long")
  mutating func resting() {
    #expect(pull([Self.resting(60), Self.left(1)]) == 1)
    #expect(other([Self.resting(60), Self.left(1)]) == 1)
    #expect(pull([Self.resting(60), Self.resting(7)]) == 1)
  }

  @Test("A refused account goes last for a while, is asked before one that rests, and told of once")
  mutating func refused() {
    let isNews = [
      rotation.deprioritize(0, for: .seconds(60), now: start), rotation.deprioritize(0, for: .seconds(60), now: start),
    ]
    #expect(isNews == [true, false])
    #expect(pull([Self.left(100), Self.left(1)], after: 59) == 1)
    #expect(pull([Self.left(100), Self.resting(60)], after: 59) == 0)
    #expect(pull([Self.left(100), Self.left(1)], after: 60) == 0)
  }

  @Test("If all have been refused, it is as if none had")
  mutating func allRefused() {
    for place in 0..<2 { _ = rotation.deprioritize(place, for: .seconds(60), now: start) }
    #expect(pull([Self.left(1), Self.left(2)]) == 1)
  }
}
