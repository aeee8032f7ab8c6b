import OCI
import PullThrough

/// What has been counted since the start, in sums that people ask for.
struct CountersJSON {
  let metrics: Metrics

  /// Over all upstreams.
  var total: JSONValue { json(metrics.allUpstreams) }

  /// For each upstream that was asked for.
  var byUpstream: JSONValue {
    .array(
      metrics.allUpstreams.filter { $0.upstream != nil && $0.isUsed }.map { upstream in
        ["name": .string(upstream.label), "counters": json([upstream])]
      }
    )
  }

  private func json(_ upstreams: [UpstreamMetrics]) -> JSONValue {
    func outcomes(_ outcome: RequestOutcome) -> JSONValue {
      // A ping says nothing about images.
      let endpoints = Endpoint.allCases.filter { $0 != .ping && $0 != .token }
      return .number(
        upstreams.reduce(0) { sum, upstream in
          sum + endpoints.reduce(0) { $0 + upstream.requests[$1.rawValue][outcome].current }
        }
      )
    }
    func sum(_ number: (UpstreamMetrics) -> UInt64) -> JSONValue { .number(upstreams.reduce(0) { $0 + number($1) }) }
    return [
      "requests": .object(JSONObject(RequestOutcome.allCases.map { .init(name: $0.text, value: outcomes($0)) })),
      "servedBytes": sum { upstream in ServedSource.allCases.reduce(0) { $0 + upstream.servedBytes[$1].current } },
      "savedBytes": sum { $0.savedBytes },
      "fetchedBytes": sum { $0.fetchedBytes.current },
      "upstreamRequests": sum { upstream in UpstreamAsk.allCases.reduce(0) { $0 + upstream.asks[$1].current } },
      "upstreamErrors": sum { upstream in UpstreamErrorKind.allCases.reduce(0) { $0 + upstream.errors[$1].current } },
      "tagMoves": sum { $0.tagMoves.current },
    ]
  }
}
