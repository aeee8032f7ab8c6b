"""What figures mean and how they are written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """A figure's heading, and its digits behind the point."""

    heading: str
    digits: int
    is_shown: bool = True

    def text(self, value: float) -> str:
        return f"{value:,.{self.digits}f}".replace(",", " ")


METRICS = {
    "requests_per_s": Metric("requests/s", 0),
    "gb_per_s": Metric("GB/s", 2),
    "total_s": Metric("all done, s", 2),
    "total_ms": Metric("done, ms", 1),
    "round_trips": Metric("round trips", 1),
    "first_byte_ms": Metric("first byte, ms", 1),
    "p50_ms": Metric("p50, ms", 2),
    "p99_ms": Metric("p99, ms", 2),
    "max_ms": Metric("max, ms", 1),
    "cpu_us_per_request": Metric("CPU µs/request", 1),
    "cpu_s_per_gb": Metric("CPU s/GB", 3),
    "cpu_s": Metric("CPU s", 2),
    "disk_gb_per_s": Metric("from disk, GB/s", 2),
    "resident_mb": Metric("resident, MB", 1),
    "anonymous_mb": Metric("anonymous, MB", 1),
    "kb_per_connection": Metric("kB/connection", 1),
    "peak_mb": Metric("peak resident, MB", 1),
    "upstream_requests": Metric("upstream requests", 0),
    "upstream_mb": Metric("upstream MB", 1),
    "upstream_copies": Metric("upstream bytes ÷ content", 3),
    "client_cpu_s": Metric("client CPU s", 2),
    "hit_share": Metric("hits", 3),
    "growth_mb": Metric("growth, MB", 1),
    "store_mb": Metric("store on disk, MB", 1),
    "start_ms": Metric("start, ms", 1),
    "hit_p50_us": Metric("hit p50, µs", 1),
    "hit_p99_us": Metric("hit p99, µs", 1),
    "publish_p50_ms": Metric("publish p50, ms", 2),
    "publish_p99_ms": Metric("publish p99, ms", 2),
    "publishes_per_s": Metric("publishes/s", 0),
    "evictions_per_s": Metric("evictions/s", 0),
    "index_mb": Metric("index on disk, MB", 1),
    "others_share": Metric("other processes' CPU", 2),
}
"""In the order of columns."""
