import NIOCore
import NIOHTTP1

@testable import HTTPServer

/// Refusals as plain text.
struct PlainRefusals: RefusalRendering {
  func reply(to refusal: Refusal) -> Reply {
    let text = ByteBuffer(string: "\(refusal)")
    var reply = Reply(
      status: refusal.status,
      headers: ["Content-Length": "\(text.readableBytes)"],
      body: .bytes(text)
    )
    if let seconds = refusal.retryAfterSeconds { reply.headers.add(name: "Retry-After", value: "\(seconds)") }
    return reply
  }
}

/// Outcomes that are the first digit of the status.
struct PlainOutcomes: OutcomeNaming {
  func outcome(ofStatus status: UInt) -> OutcomeLabel { OutcomeLabel(UInt8(clamping: status / 100)) }

  func text(of outcome: OutcomeLabel) -> String { "\(outcome.number)xx" }
}
