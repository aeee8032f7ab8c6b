import NIOHTTP1
import OCI
import Testing

@testable import Upstream

@Suite("The order of an answer's parts")
struct AnswerSequenceTests {
  /// What happens on a connection.
  enum Event { case request, head(Int), body, end, read, broke }

  /// What comes of it, as a word.
  private func run(_ events: [Event]) -> [String] {
    var sequence = AnswerSequence(rules: AnswerRules(Limits()))
    return events.map { event in
      switch event {
      case .request: sequence.requestBegins() ? "sent" : "closed"
      case .head(let status): word(sequence.received(.init(version: .http1_1, status: .init(statusCode: status))))
      case .body: word(sequence.receivedBody())
      case .end: word(sequence.receivedEnd())
      case .read: sequence.readCompleted() ? "end" : "-"
      case .broke: word(sequence.broke())
      }
    }
  }

  private func word(_ step: AnswerSequence.Step) -> String {
    switch step {
    case .pass: "pass"
    case .drop: "drop"
    case .hold: "hold"
    case .endAndClose: "end, close"
    case .refuse(let fault): "refuse \(fault)"
    }
  }

  private static let disorder = "refuse \(AnswerFault.outOfOrder)"

  @Test(
    "Rows of the table",
    arguments: [
      (
        [.request, .head(200), .body, .read, .body, .end, .read], ["sent", "pass", "pass", "-", "pass", "hold", "end"]
      ),
      (
        [.request, .head(100), .head(103), .head(204), .end, .read, .request],
        ["sent", "pass", "pass", "pass", "hold", "end", "sent"]
      ),
      ([.head(200)], [disorder]),
      ([.body, .end], [disorder, "drop"]),
      ([.end, .request], [disorder, "closed"]),
      ([.request, .body], ["sent", disorder]),
      ([.request, .head(100), .end], ["sent", "pass", disorder]),
      ([.request, .head(99), .body, .end], ["sent", "refuse \(AnswerFault.status(99))", "drop", "drop"]),
      ([.request, .head(200), .head(200)], ["sent", "pass", disorder]),
      ([.request, .head(200), .head(100)], ["sent", "pass", disorder]),
      ([.request, .head(200), .end, .head(404), .end], ["sent", "pass", "hold", "end, close", "drop"]),
      ([.request, .head(200), .end, .body], ["sent", "pass", "hold", "end, close"]),
      ([.request, .head(200), .end, .end], ["sent", "pass", "hold", "end, close"]),
      ([.request, .head(304), .end, .broke, .request], ["sent", "pass", "hold", "end, close", "closed"]),
      ([.request, .head(200), .body, .broke, .end], ["sent", "pass", "pass", "pass", "drop"]),
      ([.broke, .broke], ["pass", "drop"]),
    ] as [([Event], [String])]
  )
  func table(_ events: [Event], _ steps: [String]) { #expect(run(events) == steps) }

  @Test("Informational answers up to a number, counted for each request")
  func informational() {
    let many = Array(repeating: Event.head(102), count: 8)
    #expect(run([.request] + many + [.head(200), .end, .read, .request] + many).allSatisfy { !$0.hasPrefix("refuse") })
    #expect(run([.request] + many + [.head(102)]).last == "refuse \(AnswerFault.tooManyInformational)")
  }
}
