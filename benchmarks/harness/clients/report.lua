-- wrk's own figures as one line of JSON, the last of its output.
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\n{"count": %d, "bytes": %d, "wall": %.6f, "errors": %d, "p50": %.6f, "p90": %.6f, "p99": %.6f, "max": %.6f}\n',
    summary.requests, summary.bytes, summary.duration / 1e6,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50) / 1e6, latency:percentile(90) / 1e6, latency:percentile(99) / 1e6, latency.max / 1e6))
end
