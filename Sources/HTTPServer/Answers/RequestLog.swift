import Logging
import NIOCore
import NIOHTTP1
import OCI

/// What is known of one request while it is answered: counted as it happens, and one line in the log when it ends. Confined to
/// its connection's event loop.
struct RequestLog {
  let id = RequestID.next()
  private let observer: RequestObserver
  private let startedAt = NIODeadline.now()
  private let head: HTTPRequestHead?
  private let client: ClientKey
  private var status = HTTPResponseStatus.ok
  private var outcome: OutcomeLabel?
  private var account: (any RequestCounting)?
  private var trouble: String?
  private var sentBytes: Int64 = 0

  /// - Parameter head: nil for bytes that are no request.
  init(_ head: HTTPRequestHead?, _ observer: RequestObserver, client: ClientKey) {
    (self.head, self.observer, self.client) = (head, observer, client)
  }

  /// The answer is known.
  mutating func answered(with reply: Reply) {
    status = reply.status
    let outcome = reply.outcome ?? observer.outcomes.outcome(ofStatus: reply.status.code)
    self.outcome = outcome
    account = reply.account
    trouble = reply.trouble
    account?.answered(outcome)
  }

  /// Bytes of the body have been handed to the kernel.
  mutating func sent(_ bytes: Int64) {
    let isFirst = sentBytes == 0
    sentBytes += bytes
    guard let account, let outcome, status.code < 300 else { return }
    account.sent(bytes, outcome)
    if isFirst, bytes > 0 { account.firstByte(afterNanoseconds: elapsed.nanoseconds, outcome) }
  }

  /// The answer has been sent as a whole, or has been cut short.
  func ended(isWhole: Bool) {
    account?.ended(afterNanoseconds: elapsed.nanoseconds)
    // Most engines show their users the status alone: what is wrong must stand in the log.
    let level: Logger.Level = trouble == nil ? .debug : .info
    guard observer.log.logLevel <= level else { return }
    var metadata: Logger.Metadata = [
      "request": "\(id)", "status": .stringConvertible(status.code),
      "bytes": .stringConvertible(sentBytes), "microseconds": .stringConvertible(elapsed.nanoseconds / 1_000),
    ]
    if let head { (metadata["method"], metadata["path"]) = ("\(head.method)", "\(Self.path(of: head))") }
    let outcome = outcome ?? observer.outcomes.outcome(ofStatus: HTTPResponseStatus.badRequest.code)
    metadata["outcome"] = "\(observer.outcomes.text(of: outcome))"
    if let client = client.address.shown { metadata["client"] = "\(client)" }
    if let agent { metadata["agent"] = "\(agent)" }
    account?.describe(in: &metadata)
    if let trouble { metadata["error"] = "\(trouble)" }
    observer.log.log(level: level, isWhole ? "request" : "request cut short", metadata: metadata)
  }

  /// What the client calls itself, as far as it fits into a line.
  private var agent: Substring? {
    head?.headers.first(name: "user-agent").flatMap { $0.isEmpty ? nil : $0.prefix(128) }
  }

  private var elapsed: TimeAmount { NIODeadline.now() - startedAt }

  /// Queries stay out of the log: nobody knows what a client puts there.
  private static func path(of head: HTTPRequestHead) -> Substring { head.uri.prefix { $0 != "?" } }
}
