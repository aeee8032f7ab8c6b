import Administration
import HTTPServer
import PullThrough

/// `/metrics`: everything that is counted, as Prometheus reads it. docs/operations.md says what each means.
struct MetricsPage {
  let administration: Administration
  let health: HealthEndpoints
  let identities: ListenerIdentities
  let load: EventLoopLoad
  let bodyLanes: BodyLanes
  let version: String

  var pullThrough: PullThrough { administration.pullThrough }

  /// The whole page. Looks at /proc: not for an event loop.
  func render() -> String {
    var text = MetricsText()
    text.add("berth_build_info", .gauge, "The version that runs.", [.init(1, ("version", version))])
    addHealth(&text)
    addRequests(&text)
    addBytes(&text)
    addUpstreams(&text)
    addWork(&text)
    addStore(&text)
    addMemory(&text)
    addLoad(&text)
    addProcess(&text)
    return text.text
  }

  private func addRequests(_ text: inout MetricsText) {
    let metrics = pullThrough.metrics
    let requests = metrics.allUpstreams.flatMap { upstream in
      Endpoint.allCases.flatMap { endpoint in
        series(upstream, endpoint).map { outcome, count in
          MetricsText.Sample(
            count,
            ("endpoint", endpoint.text),
            ("upstream", upstream.label),
            ("result", outcome.text)
          )
        }
      }
    }
    text.add("berth_requests_total", .counter, "Requests answered.", requests)
    text.add(
      histogram: "berth_request_duration_seconds",
      "From the end of a request's header to the end of its answer.",
      Endpoint.allCases.map { ([("endpoint", $0.text)], metrics.duration[$0.rawValue].snapshot) }
    )
    text.add(
      histogram: "berth_time_to_first_byte_seconds",
      "From the end of a request's header to the first byte of its body.",
      Endpoint.allCases.flatMap { endpoint in
        Metrics.FirstByteSource.allCases.map { source in
          (
            [("endpoint", endpoint.text), ("result", source.text)],
            metrics.timeToFirstByte[endpoint.rawValue][source.rawValue].snapshot
          )
        }
      }
    )
    text.add("berth_connections", .gauge, "Client connections that are open.", health.connections.count)
    text.add("berth_connections_limit", .gauge, "Client connections that may be open.", health.connections.maxCount)
    text.add(
      "berth_connections_shed_total",
      .counter,
      "Client connections closed or turned away because as many were open as may be.",
      health.connections.shedCount
    )
  }

  private func addBytes(_ text: inout MetricsText) {
    let upstreams = pullThrough.metrics.allUpstreams
    let served = upstreams.flatMap { upstream in
      upstream.servedBytes.nonZero.map { source, count in
        MetricsText.Sample(count, ("upstream", upstream.label), ("source", source.text))
      }
    }
    text.add("berth_served_bytes_total", .counter, "Body bytes sent to clients.", served)
    text.add(
      "berth_saved_bytes_total",
      .counter,
      "Body bytes sent to clients that were not fetched for them.",
      each(upstreams) { $0.savedBytes }
    )
    text.add(
      "berth_fetched_bytes_total",
      .counter,
      "Body bytes received from upstreams.",
      each(upstreams) { $0.fetchedBytes.current }
    )
  }

  private func addUpstreams(_ text: inout MetricsText) {
    let upstreams = pullThrough.metrics.allUpstreams
    // Rates and alerts compare with what was before: a series that began with its first count would hide that one.
    func samples<Label>(_ label: String, _ row: (UpstreamMetrics) -> CounterRow<Label>) -> [MetricsText.Sample] {
      upstreams.filter { $0.upstream != nil }.flatMap { upstream in
        row(upstream).all.map { MetricsText.Sample($1, ("upstream", upstream.label), (label, $0.text)) }
      }
    }
    text.add(
      "berth_downloads_total",
      .counter,
      "Downloads of blobs that have ended.",
      samples("result") { $0.downloads }
    )
    text.add(
      "berth_upstream_requests_total",
      .counter,
      "Requests sent to upstreams, without those for tokens and those that follow redirects.",
      samples("kind") { $0.asks }
    )
    text.add(
      "berth_upstream_errors_total",
      .counter,
      "Requests to upstreams that came to nothing; kind resting: held back by an open circuit breaker, not sent.",
      samples("kind") { $0.errors }
    )
    text.add(
      "berth_tag_moves_total",
      .counter,
      "Tags that were found to name another digest than before.",
      each(upstreams) { $0.tagMoves.current }
    )
    addPrefetching(&text)
    addUpstreamStates(&text)
    addAllowances(&text)
  }

  private func addPrefetching(_ text: inout MetricsText) {
    let upstreams = pullThrough.metrics.allUpstreams
    text.add(
      "berth_prefetches_total",
      .counter,
      "Downloads begun before a client asked, because of a manifest that it was sent.",
      each(upstreams) { $0.prefetches.current }
    )
    text.add(
      "berth_prefetched_bytes_total",
      .counter,
      "Bytes of contents that such downloads have brought.",
      each(upstreams) { $0.prefetchedBytes.current }
    )
    text.add(
      "berth_prefetched_used_bytes_total",
      .counter,
      "Bytes of those contents that a client has asked for, while they arrived or since.",
      each(upstreams) { $0.usedPrefetchedBytes.current }
    )
  }

  /// Only of upstreams that tell.
  private func addAllowances(_ text: inout MetricsText) {
    func samples(_ value: (AllowanceReport) -> Int64?) -> [MetricsText.Sample] {
      administration.reports.allowances.compactMap { report in
        value(report).map { MetricsText.Sample($0, ("upstream", "\(report.upstream)")) }
      }
    }
    text.add("berth_upstream_rate_limit", .gauge, "Pulls that an upstream allows in a window.", samples { $0.limit })
    text.add(
      "berth_upstream_rate_limit_remaining",
      .gauge,
      "Pulls that were left when the upstream last answered.",
      samples { $0.remaining }
    )
  }

  private func addWork(_ text: inout MetricsText) {
    let load = pullThrough.downloadLoad
    text.add("berth_downloads_running", .gauge, "Downloads under way.", load.running)
    text.add("berth_downloads_waiting", .gauge, "Downloads that wait for a place.", load.waiting)
    let metrics = pullThrough.metrics
    text.add(
      "berth_warming_images",
      .gauge,
      "Images that are being fetched ahead.",
      administration.warming.openImageCount
    )
    text.add(
      "berth_warmed_images_total",
      .counter,
      "Images fetched ahead.",
      WorkResult.allCases.map { .init(metrics.warmedImages[$0].current, ("result", $0.text)) }
    )
    text.add(
      "berth_configuration_reloads_total",
      .counter,
      "Attempts to read the configuration again.",
      WorkResult.allCases.map { .init(metrics.reloads[$0].current, ("result", $0.text)) }
    )
    text.add(
      "berth_access_files_stale",
      .gauge,
      "1 while a file that says who may do what cannot be used, so that what it said before is in force.",
      metrics.accessProblem == nil ? 0 : 1
    )
  }

  private func addStore(_ text: inout MetricsText) {
    let store = administration.reports.store
    text.add("berth_store_bytes", .gauge, "Bytes of content held.", store.bytes)
    text.add(
      "berth_store_index_bytes",
      .gauge,
      "Bytes of the index: rows of content, tags, grants, lists.",
      store.indexBytes
    )
    text.add("berth_store_contents", .gauge, "Contents held: manifests and blobs.", store.contentCount)
    if let capacity = store.capacityBytes {
      text.add("berth_store_capacity_bytes", .gauge, "Bytes that may be held.", capacity)
    }
    text.add("berth_store_reserved_bytes", .gauge, "Room promised to what arrives.", store.reservedBytes)
    text.add("berth_store_pinned_bytes", .gauge, "Bytes that pins keep from eviction.", store.pinnedBytes)
    text.add("berth_store_evictions_total", .counter, "Contents evicted to make room.", store.evictedCount)
    text.add("berth_store_evicted_bytes_total", .counter, "Bytes evicted to make room.", store.evictedBytes)
    text.add(
      "berth_unkept_contents_total",
      .counter,
      "Contents that were fetched and could not be kept.",
      WriteFailureReason.allCases.map { .init(pullThrough.metrics.unkept[$0].current, ("reason", $0.text)) }
    )
    text.add(
      "berth_index_queue_changes",
      .gauge,
      "Changes of the index that wait for the next commit.",
      store.waitingChangeCount
    )
    text.add("berth_pins", .gauge, "Pins that there are.", (try? administration.pins.all().count) ?? 0)
  }

  private func addProcess(_ text: inout MetricsText) {
    let process = ProcessMetrics.now()
    text.add("process_resident_memory_bytes", .gauge, "Resident memory size in bytes.", process.residentBytes)
    text.add("process_open_fds", .gauge, "Number of open file descriptors.", process.openDescriptors)
    text.add("process_max_fds", .gauge, "Maximum number of open file descriptors.", process.maxDescriptors)
    text.add(
      "process_cpu_seconds_total",
      .counter,
      "Total user and system CPU time spent in seconds.",
      [.init(seconds: process.processorSeconds)]
    )
    text.add(
      "process_start_time_seconds",
      .gauge,
      "Start time of the process since unix epoch in seconds.",
      [.init(seconds: process.startSeconds)]
    )
  }

  /// One series for each upstream whose number is not 0.
  private func each(
    _ upstreams: [UpstreamMetrics],
    _ number: (UpstreamMetrics) -> UInt64
  ) -> [MetricsText.Sample] {
    upstreams.compactMap { upstream in
      let count = number(upstream)
      return count > 0 ? MetricsText.Sample(count, ("upstream", upstream.label)) : nil
    }
  }
}
