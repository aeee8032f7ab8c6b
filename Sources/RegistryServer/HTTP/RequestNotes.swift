import Logging
import NIOCore
import NIOHTTP1
import OCI
import PullThrough

/// What is noted of one request while it is answered. Confined to its connection's event loop.
struct RequestNotes {
  let id = RequestID.next()
  private let observer: RequestObserver
  private let startedAt = NIODeadline.now()
  private let method: HTTPMethod
  private let target: String
  private let headers: HTTPHeaders
  private let client: ClientKey?
  private var status = HTTPResponseStatus.ok
  private var outcome = RequestOutcome.refused
  private var account: RequestAccount?
  private var trouble: String?
  private var sentBytes: Int64 = 0
  private var hasFirstByte = false

  /// - Parameter client: who asks; nil if that is not known.
  init(_ head: HTTPRequestHead, _ observer: RequestObserver, client: ClientKey? = nil) {
    (method, target, headers, self.client) = (head.method, head.uri, head.headers, client)
    self.observer = observer
  }

  /// The answer is known.
  mutating func answered(with reply: Reply) {
    status = reply.status
    outcome = reply.outcome ?? RequestOutcome(status: Int(reply.status.code))
    account = reply.account
    trouble = reply.trouble
    account?.upstream.answered(account?.endpoint ?? .other, outcome)
  }

  /// Bytes of the body have been handed to the kernel.
  mutating func sent(_ bytes: Int64) {
    sentBytes += bytes
    guard let account, status.code < 300 else { return }
    account.upstream.servedBytes[outcome.source].add(bytes)
    guard !hasFirstByte else { return }
    hasFirstByte = true
    let histograms = observer.metrics.timeToFirstByte[account.endpoint.rawValue]
    histograms[outcome.firstByteSource.rawValue].note(nanoseconds: elapsed.nanoseconds)
  }

  /// The answer has been sent as a whole, or has been cut short.
  func ended(isWhole: Bool) {
    if let account { observer.metrics.duration[account.endpoint.rawValue].note(nanoseconds: elapsed.nanoseconds) }
    // Most engines show their users the status alone: what is wrong must stand in the log.
    let level: Logger.Level = trouble == nil ? .debug : .info
    guard observer.log.logLevel <= level else { return }
    var metadata: Logger.Metadata = [
      "request": "\(id)", "method": "\(method)", "path": "\(path)", "status": .stringConvertible(status.code),
      "bytes": .stringConvertible(sentBytes), "outcome": "\(outcome.text)",
      "microseconds": .stringConvertible(elapsed.nanoseconds / 1_000),
    ]
    if let client = client?.address.shown { metadata["client"] = "\(client)" }
    if let agent { metadata["agent"] = "\(agent)" }
    if let upstream = account?.upstream.upstream { metadata["upstream"] = "\(upstream)" }
    if let trouble { metadata["error"] = "\(trouble)" }
    observer.log.log(level: level, isWhole ? "request" : "request cut short", metadata: metadata)
  }

  /// What the client calls itself, as far as it fits into a line.
  private var agent: Substring? {
    headers.first(name: "user-agent").flatMap { $0.isEmpty ? nil : $0.prefix(128) }
  }

  private var elapsed: TimeAmount { NIODeadline.now() - startedAt }

  /// Queries stay out of the log: nobody knows what a client puts there.
  private var path: Substring { target.prefix { $0 != "?" } }
}

extension RequestOutcome {
  /// Where the bytes of such an answer came from.
  fileprivate var source: ServedSource {
    switch self {
    case .miss: .fetched
    case .joined: .joined
    default: .held
    }
  }

  fileprivate var firstByteSource: Metrics.FirstByteSource {
    switch self {
    case .miss: .miss
    case .joined: .joined
    default: .hit
    }
  }
}
