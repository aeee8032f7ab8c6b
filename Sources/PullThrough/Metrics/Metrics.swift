public import OCI
import Synchronization
import Upstream

/// Everything that is counted while Berth serves. Counting costs relaxed atomic additions and takes no lock, but for
/// finding an upstream's counters, once a request.
public final class Metrics: Sendable {
  /// From the end of a request's header to the first byte of its body, by endpoint and by how it was answered.
  public let timeToFirstByte: [[Histogram]] = Endpoint.allCases.map { _ in
    FirstByteSource.allCases.map { _ in Histogram() }
  }
  /// From the end of a request's header to the end of its answer, by endpoint.
  public let duration: [Histogram] = Endpoint.allCases.map { _ in Histogram() }
  /// Images fetched ahead.
  public let warmedImages = CounterRow<WorkResult>()
  /// Attempts to read the configuration again.
  public let reloads = CounterRow<WorkResult>()
  /// Contents that were served without being kept.
  public let unkept = CounterRow<WriteFailureReason>()
  /// Requests that select no upstream.
  public let withoutUpstream = UpstreamMetrics(nil)
  private let staleAccess = Mutex<String?>(nil)
  private let byUpstream = Mutex<[UpstreamName: UpstreamMetrics]>([:])

  /// How the first byte was come by.
  public enum FirstByteSource: Int, MetricLabel {
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case hit, miss, joined

    /// The value as it is written in `/metrics`.
    public var text: String { "\(self)" }
  }

  /// All zero.
  public init() {}

  /// What is wrong with a file that says who may do what, so that what it said before is in force; nil if nothing is.
  public var accessProblem: String? {
    get { staleAccess.withLock { $0 } }
    set { staleAccess.withLock { $0 = newValue } }
  }

  /// The counters of an upstream. Only names of configured upstreams may be passed: each makes series of its own.
  public func upstream(_ name: UpstreamName) -> UpstreamMetrics {
    byUpstream.withLock { byUpstream in
      if let known = byUpstream[name] { return known }
      let made = UpstreamMetrics(name)
      byUpstream[name] = made
      return made
    }
  }

  /// The counters of all upstreams that were asked for, sorted by name, and those of requests without one.
  public var allUpstreams: [UpstreamMetrics] {
    byUpstream.withLock { $0.sorted { $0.key < $1.key }.map(\.value) } + [withoutUpstream]
  }

  /// Asks an upstream, and counts the request, if one was sent, and its failure.
  func counting<Value>(
    _ ask: UpstreamAsk,
    of upstream: UpstreamName,
    _ request: () async throws(UpstreamError) -> Value
  ) async throws(UpstreamError) -> Value {
    let counters = self.upstream(upstream)
    do throws(UpstreamError) {
      let value = try await request()
      counters.asked(ask)
      return value
    } catch {
      counters.failed(ask, because: error.failure)
      throw error
    }
  }
}
