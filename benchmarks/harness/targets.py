"""The targets, and whether the figures meet them."""

from __future__ import annotations

import operator
from dataclasses import dataclass

from .metrics import METRICS
from .results import Results

_SIGNS = {"≥": operator.ge, "≤": operator.le, "<": operator.lt, "=": operator.eq}


@dataclass(frozen=True)
class Verdict:
    """A target beside its figure."""

    what: str
    target: str
    figure: str
    is_met: bool | None
    """None if it was not measured."""


@dataclass(frozen=True)
class Target:
    """A figure of Berth's, by itself or against a peer's: `berth SIGN bound × peer + slack`."""

    what: str
    workload: str
    case: str
    figure: str
    sign: str
    bound: float
    peer: str | None = None
    peer_case: str | None = None
    """Another case to compare with; the same if None."""
    slack: float = 0.0
    """Added to the peer's figure, which is then not multiplied."""
    beyond_case: str | None = None
    """A case whose figure is taken off, Berth's off Berth's and the peer's off the peer's; nothing if None."""

    def judge(self, results: Results) -> Verdict:
        own = self._value(results, "berth", self.case)
        metric = METRICS[self.figure]
        if self.peer is None:
            target = f"{self.sign} {metric.text(self.bound)} {metric.heading}"
            if own is None:
                return Verdict(self.what, target, "not measured", None)
            return Verdict(self.what, target, metric.text(own), _SIGNS[self.sign](own, self.bound))
        other = self._value(results, self.peer, self.peer_case or self.case)
        target = self._text(metric.heading)
        if own is None or not other:
            return Verdict(self.what, target, "not measured", None)
        if self.slack:
            figure, value, bound = f"{own - other:+.3g}", own, other + self.slack
        else:
            figure, value, bound = f"{own / other:.2f} ×", own / other, self.bound
        text = f"{figure} ({metric.text(own)} against {metric.text(other)})"
        return Verdict(self.what, target, text, _SIGNS[self.sign](value, bound))

    def _value(self, results: Results, peer: str, case: str) -> float | None:
        value = results.median(self.workload, case, peer, self.figure)
        if self.beyond_case is None or value is None:
            return value
        less = results.median(self.workload, self.beyond_case, peer, self.figure)
        return None if less is None else value - less

    def _text(self, heading: str) -> str:
        other = f"its own {self.peer_case}" if self.peer == "berth" else self.peer
        if self.slack:
            return f"{self.sign} {other} + {self.slack:g}, {heading}"
        return f"{self.sign} {self.bound:g} × {other}, {heading}"


def _manifests(case: str, what: str) -> list[Target]:
    place = ("warm-requests", case)
    return [
        Target(what, *place, "requests_per_s", "≥", 0.75, "nginx-cache"),
        Target(what, *place, "cpu_us_per_request", "≤", 1.4, "nginx-cache"),
        Target(what, *place, "requests_per_s", "≥", 5, "distribution"),
        Target(what, *place, "p99_ms", "<", 5),
    ]


def _pulls(engine: str) -> list[Target]:
    found = []
    for size in ("small", "large"):
        near, far = f"{engine}-{size}-cold", f"{engine}-{size}-far"
        what = f"cold pull, {size} image, {engine}"
        found.append(Target(what, "image-pull", near, "total_s", "≤", 1.05, "direct"))
        # Round trips show in what the distance adds: what is slower near by is slower far away, too.
        what += ": what 100 ms to upstream add, less than a round trip more"
        found.append(Target(what, "image-pull", far, "total_s", "<", 1, "direct", slack=0.1, beyond_case=near))
    return found


def _beside(attack: str) -> list[Target]:
    what = f"beside {attack.replace('-', ' ')}"
    return [
        Target(f"held manifest {what}", "attacks", attack, "p99_ms", "<", 50),
        Target(f"cold pull of 1 MB {what}", "attacks", attack, "total_ms", "<", 2, "berth", peer_case="quiet"),
    ]


_ATTACKS = ("junk-blobs", "junk-tags", "half-closed", "unread-pipelines", "unfinished-heads")

TARGETS: tuple[Target, ...] = (
    Target("warm 1 GiB blob, 8 clients", "warm-blob", "8-clients", "gb_per_s", "≥", 1.0, "nginx-static"),
    Target("warm 1 GiB blob, 8 clients", "warm-blob", "8-clients", "cpu_s_per_gb", "≤", 1.1, "nginx-static"),
    *_manifests("manifest-digest", "warm manifest by digest"),
    *_manifests("manifest-tag", "warm manifest by tag"),
    Target("warm 10 KiB blob", "warm-requests", "blob-10k", "requests_per_s", "≥", 0.7, "nginx-cache"),
    Target("warm blob over TLS, 8 clients", "warm-tls", "8-clients", "gb_per_s", "≥", 1.0, "nginx-static"),
    Target("cold 1 GiB, verified and published", "cold-blob", "unthrottled", "gb_per_s", "≥", 1.0, "nginx-cache"),
    Target("cold 1 GiB, verified and published", "cold-blob", "unthrottled", "cpu_s_per_gb", "≤", 1.6),
    Target("first byte of a cold blob", "cold-blob", "unthrottled", "first_byte_ms", "≤", 1, "direct", slack=2),
    Target("first byte of a cold blob at 50 MB/s", "cold-blob", "50-MB-s", "first_byte_ms", "≤", 1, "direct", slack=2),
    Target("herd of 50", "herd", "one-blob", "upstream_requests", "=", 1),
    Target("herd of 50", "herd", "one-blob", "upstream_copies", "=", 1),
    Target("herd of 50, all done", "herd", "one-blob", "total_s", "≤", 1.05, "direct"),
    *_pulls("skopeo"),
    *_pulls("containerd"),
    Target("cold tag, warm token: round trips", "latency", "warm-token", "upstream_requests", "≤", 1),
    Target("p99 beside readers of cold blobs", "cold-disk", "beside", "p99_ms", "≤", 3, "berth", peer_case="alone"),
    Target("p99 beside readers of cold blobs", "cold-disk", "beside", "p99_ms", "≤", 1, "nginx-cache"),
    Target("200 slow readers of 1 GiB", "memory", "slow-readers", "peak_mb", "<", 40),
    Target("100 000 small cold blobs", "cold-small", "many-blobs", "requests_per_s", "≥", 3_000),
    *(target for attack in _ATTACKS for target in _beside(attack)),
)
