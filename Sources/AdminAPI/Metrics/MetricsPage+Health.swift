import Administration
import Glibc
import HTTPServer
import PullThrough

extension MetricsPage {
  /// Whether Berth serves as it should, and how long its certificates are good.
  func addHealth(_ text: inout MetricsText) {
    text.add("berth_ready", .gauge, "1 while /readyz says ready, else 0.", health.problems.isEmpty ? 1 : 0)
    text.add(
      "berth_tls_certificate_not_after_seconds",
      .gauge,
      "The last second in which a listener's certificate is good, since unix epoch.",
      identities.expiries.map { MetricsText.Sample($0.notAfter, ("file", $0.path)) }
    )
  }

  /// What keeps Berth from asking an upstream.
  func addUpstreamStates(_ text: inout MetricsText) {
    let reports = administration.reports.upstreams
    text.add(
      "berth_upstream_circuit_breaker_open",
      .gauge,
      "1 while an endpoint is not asked because it has failed again and again, else 0.",
      reports.flatMap { report in
        report.endpoints.map { endpoint in
          MetricsText.Sample(
            endpoint.openSeconds == nil ? 0 : 1,
            ("upstream", "\(report.upstream)"),
            ("endpoint", endpoint.endpoint)
          )
        }
      }
    )
    let now = Int64(time(nil))
    text.add(
      "berth_upstream_rate_limited_until_seconds",
      .gauge,
      "Until when a rate limit keeps Berth from asking for manifests, since unix epoch; 0 if none does.",
      reports.map { report in
        MetricsText.Sample(report.limitedSeconds.map { now + $0 } ?? 0, ("upstream", "\(report.upstream)"))
      }
    )
  }

  /// The series of one upstream and endpoint. Those that alerts look at are there from the start.
  func series(_ upstream: UpstreamMetrics, _ endpoint: Endpoint) -> [(label: RequestOutcome, count: UInt64)] {
    upstream.requests[endpoint.rawValue].all.filter { outcome, count in
      count > 0 || (upstream.upstream != nil && endpoint.isForContent && outcome.isAlarming)
    }
  }
}

extension Endpoint {
  /// Whether a pull depends on it.
  fileprivate var isForContent: Bool {
    switch self {
    case .manifest, .blob: true
    case .ping, .tags, .referrers, .upload, .token, .other: false
    }
  }
}

extension RequestOutcome {
  /// Whether an alert counts such answers.
  fileprivate var isAlarming: Bool {
    switch self {
    case .stale, .failed: true
    case .hit, .miss, .joined, .notFound, .denied, .refused, .limited: false
    }
  }
}
