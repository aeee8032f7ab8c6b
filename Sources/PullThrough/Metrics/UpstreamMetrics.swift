public import OCI
import Upstream

/// What is counted for one upstream.
public final class UpstreamMetrics: Sendable {
  /// The upstream's name; nil for requests that select none.
  public let upstream: UpstreamName?
  /// Requests by endpoint and outcome.
  public let requests: [CounterRow<RequestOutcome>] = Endpoint.allCases.map { _ in CounterRow() }
  /// Body bytes that clients got.
  public let servedBytes = CounterRow<ServedSource>()
  /// Body bytes that arrived from the upstream.
  public let fetchedBytes = Counter()
  /// Downloads begun ahead of any client, because of a manifest that a client was sent.
  public let prefetches = Counter()
  /// Bytes of contents that such downloads have brought.
  public let prefetchedBytes = Counter()
  /// Bytes of those of them that a client has asked for since.
  public let usedPrefetchedBytes = Counter()
  /// Downloads that have ended.
  public let downloads = CounterRow<WorkResult>()
  /// Requests to the upstream, tokens and redirects not counted.
  public let asks = CounterRow<UpstreamAsk>()
  /// Requests to the upstream that came to nothing, and bodies that broke off.
  public let errors = CounterRow<UpstreamErrorKind>()
  /// Tags that were found to have moved.
  public let tagMoves = Counter()

  init(_ upstream: UpstreamName?) { self.upstream = upstream }

  /// The upstream was asked.
  func asked(_ ask: UpstreamAsk) { asks[ask].increment() }

  /// It was to be asked for something, which came to nothing. What the circuit breaker held back was not sent.
  func failed(_ ask: UpstreamAsk, because failure: UpstreamFailure) {
    let kind = UpstreamErrorKind(failure)
    if kind.isSent { asks[ask].increment() }
    errors[kind].increment()
  }

  /// Whether a client has asked for anything of the upstream, or Berth has asked it.
  public var isUsed: Bool {
    requests.contains { !$0.nonZero.isEmpty } || !asks.nonZero.isEmpty || !errors.nonZero.isEmpty
  }

  /// A client's request has been answered.
  public func answered(_ endpoint: Endpoint, _ outcome: RequestOutcome) {
    requests[endpoint.rawValue][outcome].increment()
  }

  /// The label's value.
  public var label: String { upstream?.description ?? "none" }

  /// Body bytes that clients got and that were not fetched for them.
  public var savedBytes: UInt64 { servedBytes[.held].current &+ servedBytes[.joined].current }
}
