import Testing

@testable import Upstream

@Suite("Turns of name look-ups")
struct NameLookUpQueueTests {
  private var queue = NameLookUpQueue(places: 2, maxWaiting: 2)

  @Test("A name is looked up once for all who ask; others wait, up to a number")
  mutating func turns() {
    let steps = ["a", "a", "b", "c", "c", "d", "e"].map { queue.ask($0) }
    #expect(steps == [.start, .join, .start, .wait, .join, .wait, .refuse])
    equal(queue.finished("a"), "c")
    equal(queue.finished("b"), "d")
    equal(queue.finished("c"), nil)
    equal(queue.ask("a"), .start)
  }

  @Test("One that is overdue keeps its thread and not its place")
  mutating func overdue() {
    for name in ["slow", "slower", "quick"] { _ = queue.ask(name) }
    equal(queue.overdue("slow"), "quick")
    equal(queue.overdue("slow"), nil)
    #expect(queue.load == NameLookUpLoad(running: 3, waiting: 0, overdue: 1))
    equal(queue.ask("slow"), .join)
    equal(queue.finished("slow"), nil)
    #expect(queue.load == NameLookUpLoad(running: 2, waiting: 0, overdue: 0))
  }

  @Test("There are threads enough when all are stuck")
  mutating func stuck() {
    for number in 0..<8 {
      equal(queue.ask("slow\(number)"), .start)
      equal(queue.overdue("slow\(number)"), nil)
    }
    equal(queue.ask("one more"), .wait)
    equal(queue.finished("slow3"), "one more")
  }
}
