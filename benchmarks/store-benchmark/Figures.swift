/// What is printed. The names are those of `benchmarks/harness/metrics.py`, units included.
struct Figures: Encodable {
  var start_ms = 0.0
  var resident_mb = 0.0
  var anonymous_mb = 0.0
  var hit_p50_us = 0.0
  var hit_p99_us = 0.0
  var publish_p50_ms = 0.0
  var publish_p99_ms = 0.0
  var publishes_per_s = 0.0
  var evictions_per_s = 0.0
  var index_mb = 0.0
}
