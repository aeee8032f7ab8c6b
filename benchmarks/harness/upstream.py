"""The registry behind the caches: scripted-upstream, which counts what it is asked and sends."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

REPOSITORY_ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY_ROOT / "Tests/BlackBox"))

from support.scripted_upstream import Image, ScriptedUpstream  # noqa: E402

from .accounting import cpu_seconds  # noqa: E402
from .origin import Origin  # noqa: E402

__all__ = ["Image", "Traffic", "Upstream"]


@dataclass(frozen=True)
class Traffic:
    """What went over the wire between caches and upstream since the last reset."""

    requests: int
    gets: int
    heads: int
    tokens: int
    bytes: int


class Upstream(ScriptedUpstream):
    """A `scripted-upstream` that one workload fills."""

    @property
    def origin(self) -> Origin:
        return Origin(self.ports["registry"])

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def cpu(self) -> float:
        """CPU seconds it has used."""
        return cpu_seconds([self.pid])

    @property
    def traffic(self) -> Traffic:
        counters = self.counters()
        gets = sum(counters.count(kind) for kind in ("manifestGet", "blobGet"))
        heads = sum(counters.count(kind) for kind in ("manifestHead", "blobHead"))
        sent = sum(counters.bytes(kind) for kind in ("manifestGet", "blobGet", "redirectTarget"))
        return Traffic(counters.total, gets, heads, counters.count("token"), sent)

    def small_blobs(self, count: int, size: int, repository: str) -> list[str]:
        """Adds blobs that differ, many with one order; returns their digests."""
        digests: list[str] = []
        while len(digests) < count:
            seeds = range(len(digests), min(count, len(digests) + _BLOBS_AN_ORDER))
            image = self.image(repository, f"blobs-{len(digests)}", layers=[(size, seed) for seed in seeds])
            digests += image.layers
        return digests


_BLOBS_AN_ORDER = 2_000
