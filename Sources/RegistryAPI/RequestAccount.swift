package import HTTPServer
package import Logging
import NIOHTTP1
import PullThrough

/// Where a request is counted: an endpoint of an upstream.
package struct RequestAccount: RequestCounting {
  let endpoint: Endpoint
  let upstream: UpstreamMetrics
  let metrics: Metrics

  package func answered(_ outcome: OutcomeLabel) {
    upstream.answered(endpoint, RequestOutcome(outcome))
  }

  package func sent(_ bytes: Int64, _ outcome: OutcomeLabel) {
    upstream.servedBytes[RequestOutcome(outcome).source].add(bytes)
  }

  package func firstByte(afterNanoseconds elapsed: Int64, _ outcome: OutcomeLabel) {
    let histograms = metrics.timeToFirstByte[endpoint.rawValue]
    histograms[RequestOutcome(outcome).firstByteSource.rawValue].note(nanoseconds: elapsed)
  }

  package func ended(afterNanoseconds elapsed: Int64) {
    metrics.duration[endpoint.rawValue].note(nanoseconds: elapsed)
  }

  package func describe(in metadata: inout Logger.Metadata) {
    if let upstream = upstream.upstream { metadata["upstream"] = "\(upstream)" }
  }
}

/// The outcomes of requests, as the log calls them.
package struct RequestOutcomes: OutcomeNaming {
  package init() {}

  package func outcome(ofStatus status: UInt) -> OutcomeLabel { RequestOutcome(status: Int(status)).label }

  package func text(of outcome: OutcomeLabel) -> String { RequestOutcome(outcome).text }
}

extension RequestOutcome {
  init(_ label: OutcomeLabel) { self = RequestOutcome(rawValue: Int(label.number)) ?? .failed }

  var label: OutcomeLabel { OutcomeLabel(UInt8(truncatingIfNeeded: rawValue)) }

  /// Where the bytes of such an answer came from.
  fileprivate var source: ServedSource {
    switch self {
    case .miss: .fetched
    case .joined: .joined
    case .hit, .stale, .notFound, .denied, .refused, .limited, .failed: .held
    }
  }

  fileprivate var firstByteSource: Metrics.FirstByteSource {
    switch self {
    case .miss: .miss
    case .joined: .joined
    case .hit, .stale, .notFound, .denied, .refused, .limited, .failed: .hit
    }
  }
}

extension Reply {
  /// The same answer, obtained as said.
  func with(_ outcome: RequestOutcome) -> Reply {
    var reply = self
    // An error is an error, however it was obtained.
    if status.code < 400 { reply.outcome = outcome.label }
    return reply
  }
}
